import type { Json, JsonObject } from "../../../provider/core/manifest";
import { isObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { explainConflict, forces, type Write } from "./create";
import { parsePath } from "./diff";
import { NoMatchError } from "./discovery";
import { InitFailed } from "./errors";
import { child, idOf, identityOf, isCrd, isPatch, pluck } from "./identity";
import { takeOverPatch } from "./managed-fields";
import type { Objects } from "./objects";
import { messageOf, requireApi, type Session } from "./session";
import { fieldManagerOf, parseCheckpoint, printCheckpoint, toObject } from "./state";
import { hasUnknown } from "./struct";
import { waitReady } from "./waiting";

/** An update request. */
export interface Change extends Write {
  readonly olds: JsonObject;
  readonly ignore: readonly string[];
}

/** Updates the object and waits for it; a preview is a dry run where one is possible. */
export async function update(session: Session, request: Change): Promise<JsonObject> {
  const { urn, news, preview } = request;
  const inputs = toObject(news);
  if (preview && !(await canPreview(session, inputs))) return news;
  const objects = requireApi(session);
  const old = parseCheckpoint(request.olds);
  const ssa = session.settings.serverSideApply;
  const oldManager = fieldManagerOf(old.inputs, old.fieldManager, ssa);
  const manager = fieldManagerOf(inputs, old.fieldManager, ssa);
  const print = (live: JsonObject): JsonObject =>
    printCheckpoint(
      { inputs, live, initialApiVersion: old.initialApiVersion, fieldManager: manager },
      news,
    );
  try {
    const changed = await change(session, objects, request, inputs, old.live, manager);
    if (preview) return print(changed);
    const live = await waitReady(session, objects, inputs, changed, request.timeout);
    if (ssa && oldManager !== manager) await relinquish(objects, live, oldManager);
    return print(live);
  } catch (error) {
    if (preview && error instanceof ApiError && error.status === 403) return news;
    throw await explain(objects, urn, old.live, error, print);
  }
}

async function canPreview({ api }: Session, inputs: JsonObject): Promise<boolean> {
  if (typeof api === "string" || hasUnknown(inputs)) return false;
  const { apiVersion, kind } = identityOf(inputs);
  return api.discovery.serves(apiVersion, kind);
}

/** The real plugin reads first, so an object that is gone is an error, not a new object. */
async function change(
  session: Session,
  objects: Objects,
  request: Change,
  inputs: JsonObject,
  oldLive: JsonObject,
  manager: string,
): Promise<JsonObject> {
  const { settings } = session;
  const dryRun = request.preview;
  const live = await objects.get({ ...identityOf(inputs), name: identityOf(oldLive).name });
  if (isCrd(inputs)) return replaceCrd(objects, inputs, live, manager, dryRun);
  if (!settings.serverSideApply) return merge(objects, oldLive, inputs);
  if (!dryRun && !isPatch(request.urn, inputs)) await takeOver(objects, live, manager);
  const force = forces(inputs, live, settings.patchForce, dryRun);
  const applied = keepIgnored(inputs, live, request.ignore);
  return objects.apply(applied, { manager, force, dryRun }).catch((error: unknown) => {
    throw explainConflict(error, manager);
  });
}

/** A CRD is replaced as a whole: what others wrote to it is lost. */
async function replaceCrd(
  objects: Objects,
  inputs: JsonObject,
  live: JsonObject,
  manager: string,
  dryRun: boolean,
): Promise<JsonObject> {
  const resourceVersion = child(live, "metadata")["resourceVersion"];
  const metadata = { ...child(inputs, "metadata"), resourceVersion };
  const replaced = await objects.replace({ ...inputs, metadata }, manager, dryRun);
  if (!dryRun) objects.discovery.reset();
  return replaced;
}

async function takeOver(objects: Objects, live: JsonObject, manager: string): Promise<void> {
  const patch = takeOverPatch(live, manager);
  if (patch === undefined) return;
  await objects.patch(identityOf(live), "application/json-patch+json", patch);
}

/** Without server-side apply: a merge patch from what was there to what is wanted. */
async function merge(objects: Objects, old: JsonObject, next: JsonObject): Promise<JsonObject> {
  const patch = mergePatch(old, next);
  return objects.patch(identityOf(next), "application/merge-patch+json", patch);
}

function mergePatch(old: JsonObject, next: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return Object.fromEntries(keys.map((key) => [key, mergeValue(old[key], next[key])] as const));
}

function mergeValue(old: Json | undefined, next: Json | undefined): Json {
  if (next === undefined) return null;
  return isObject(next) ? mergePatch(isObject(old) ? old : {}, next) : next;
}

/** A path in `ignoreChanges` keeps its live value. */
function keepIgnored(inputs: JsonObject, live: JsonObject, ignore: readonly string[]): JsonObject {
  return ignore.map(parsePath).reduce((object, path) => {
    const keys = path.filter((step) => typeof step === "string");
    const value = pluck(live, ...keys);
    return keys.length < path.length || value === undefined
      ? object
      : setAt(object, keys, value as Json);
  }, inputs);
}

function setAt(
  object: JsonObject,
  [key = "", ...rest]: readonly string[],
  value: Json,
): JsonObject {
  return { ...object, [key]: rest.length === 0 ? value : setAt(child(object, key), rest, value) };
}

/** Gives up all fields of a manager: applies an object without any. */
export async function relinquish(
  objects: Objects,
  object: JsonObject,
  manager: string,
): Promise<void> {
  const { apiVersion, kind, name, namespace } = identityOf(object);
  const metadata = namespace === "" ? { name } : { name, namespace };
  await objects.apply({ apiVersion, kind, metadata }, { manager, force: false, dryRun: false });
}

/** A failed update of an object that is there keeps the new inputs, with the error beside them. */
async function explain(
  objects: Objects,
  urn: string,
  oldLive: JsonObject,
  error: unknown,
  print: (live: JsonObject) => JsonObject,
): Promise<Error> {
  if (error instanceof NoMatchError) {
    return new Error(
      `update of resource "${urn}" failed because the Kubernetes API server serves no such ` +
        `apiVersion; verify that the CRDs have been created: ${error.message}`,
    );
  }
  const live = await objects.get(identityOf(oldLive)).catch((absent: unknown) => messageOf(absent));
  if (typeof live === "string") {
    return new Error(
      `update of resource "${urn}" failed: ${messageOf(error)}\nunable to get cluster state: ${live}`,
    );
  }
  const message =
    `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or ` +
    `become live: ${messageOf(error)}`;
  return new InitFailed(idOf(live), new Error(message, { cause: error }), print(live));
}

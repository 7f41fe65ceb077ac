import { setTimeout as sleep } from "node:timers/promises";

import { type JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { NoMatchError } from "./discovery";
import { InitFailed, NotReady } from "./errors";
import { annotation, idOf, identityOf, isCrd, isPatch } from "./identity";
import { isFromCreate, isUnmanaged } from "./managed-fields";
import type { Objects } from "./objects";
import { messageOf, requireApi, type Session } from "./session";
import { without } from "./shape";
import { fieldManagerOf, printCheckpoint, toObject } from "./state";
import { hasUnknown } from "./struct";
import { waitReady } from "./waiting";

/** A create or update request. */
export interface Write {
  readonly urn: string;
  readonly news: JsonObject;
  readonly preview: boolean;
  readonly timeout: number;
}

/** What a create answers. */
export interface Created {
  readonly id: string;
  readonly properties: JsonObject;
}

/** Creates the object and waits for it; a preview is a dry run where one is possible. */
export async function create(session: Session, request: Write): Promise<Created> {
  const { urn, news, preview } = request;
  const inputs = toObject(news);
  const asIs = { id: "", properties: news };
  if (preview && !(await canPreview(session, urn, inputs))) return asIs;
  const objects = requireApi(session);
  const manager = fieldManagerOf(inputs, "", session.settings.serverSideApply);
  const made = await make(session, objects, urn, inputs, manager, preview).catch(
    (error: unknown) => {
      if (preview && isTolerated(error)) return undefined;
      throw explain(urn, error);
    },
  );
  if (made === undefined) return asIs;
  const print = (live: JsonObject): JsonObject =>
    printCheckpoint(
      { inputs, live, initialApiVersion: identityOf(inputs).apiVersion, fieldManager: manager },
      news,
    );
  if (preview) return { id: "", properties: print(without(made, "status")) };
  if (isCrd(inputs)) objects.discovery.reset();
  const live = await waitReady(session, objects, inputs, made, request.timeout).catch(
    (error: unknown) => {
      throw notInitialized(urn, error, made, print);
    },
  );
  return { id: idOf(live), properties: print(live) };
}

/** Unknown inputs, Patch kinds, kinds without a CRD yet and unreachable clusters have no dry run. */
async function canPreview(session: Session, urn: string, inputs: JsonObject): Promise<boolean> {
  const { settings, api } = session;
  if (typeof api === "string" || hasUnknown(inputs) || isPatch(urn, inputs)) return false;
  const { apiVersion, kind } = identityOf(inputs);
  return settings.serverSideApply && api.discovery.serves(apiVersion, kind);
}

function isTolerated(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 403 || error.reason === "AlreadyExists" || error.isNamespaceNotFound)
  );
}

/** Creates; waits a little for a namespace or CRD that another resource is just creating. */
async function make(
  session: Session,
  objects: Objects,
  urn: string,
  inputs: JsonObject,
  manager: string,
  preview: boolean,
): Promise<JsonObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await makeOnce(session, objects, urn, inputs, manager, preview);
    } catch (error) {
      const missing =
        error instanceof NoMatchError || (error instanceof ApiError && error.status === 404);
      if (!missing || attempt === 5 || (preview && isTolerated(error))) throw error;
      session.log("info", urn, `Retry #${attempt}; creation failed: ${messageOf(error)}`);
      objects.discovery.reset();
      await sleep(500 * 2 ** attempt, undefined, { signal: session.cancelled });
    }
  }
}

async function makeOnce(
  { settings }: Session,
  objects: Objects,
  urn: string,
  inputs: JsonObject,
  manager: string,
  dryRun: boolean,
): Promise<JsonObject> {
  if (settings.serverSideApply && (settings.upsert || isPatch(urn, inputs))) {
    const force = forces(inputs, undefined, settings.patchForce, dryRun);
    return objects.apply(inputs, { manager, force, dryRun }).catch((error: unknown) => {
      throw explainConflict(error, manager);
    });
  }
  // The real plugin creates under this fixed name, and takes the fields over at the first update.
  return objects.create(inputs, "pulumi-kubernetes", dryRun);
}

/** Whether an apply overrides other managers. provider/pkg/await/await.go, patchForce. */
export function forces(
  inputs: JsonObject,
  live: JsonObject | undefined,
  always: boolean,
  preview: boolean,
): boolean {
  if (always || annotation(inputs, "pulumi.com/patchForce") === "true") return true;
  if (live === undefined) return preview;
  return isUnmanaged(live) || (preview && isFromCreate(live));
}

/** A conflict names the manager that asked, beside those that own the fields. */
export function explainConflict(error: unknown, manager: string): unknown {
  if (!(error instanceof ApiError) || error.status !== 409) return error;
  return new Error(
    "server-side apply field conflict detected: set the annotation pulumi.com/patchForce or the " +
      `provider's enablePatchForce to take the fields over\nThe resource managed by field manager ` +
      `"${manager}" had an apply conflict: ${error.message}`,
    { cause: error },
  );
}

function explain(urn: string, error: unknown): Error {
  if (error instanceof NoMatchError) {
    return new Error(
      `creation of resource "${urn}" failed because the Kubernetes API server serves no such ` +
        `apiVersion; verify that the CRDs have been created: ${error.message}`,
    );
  }
  const advice =
    error instanceof ApiError && error.reason === "AlreadyExists"
      ? "\n\nThe resource already exists in the cluster: give an alias if it was renamed, import " +
        "it, use a Patch resource, or set upsertExistingObjects on the provider."
      : "";
  return new Error(
    `resource "${urn}" was not successfully created by the Kubernetes API server: ` +
      `${messageOf(error)}${advice}`,
  );
}

function notInitialized(
  urn: string,
  error: unknown,
  made: JsonObject,
  print: (live: JsonObject) => JsonObject,
): InitFailed {
  const live = error instanceof NotReady ? error.live : made;
  const message =
    `resource "${urn}" was successfully created, but the Kubernetes API server reported that it ` +
    `failed to fully initialize or become live: ${messageOf(error)}`;
  return new InitFailed(idOf(live), new Error(message, { cause: error }), print(live));
}

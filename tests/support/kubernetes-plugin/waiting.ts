import { setTimeout as sleep } from "node:timers/promises";

import type { JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { NotReady } from "./errors";
import { annotation, identityOf, pluck, text } from "./identity";
import type { Objects } from "./objects";
import { readiness, type Look } from "./ready";
import type { Session } from "./session";
import { parseWaitFor } from "./wait-for";

const pollMilliseconds = 250;

/** The time limit of an operation in seconds: the resource option, the annotation, or ten minutes. */
export function timeoutOf(inputs: JsonObject, requested: number): number {
  if (requested > 0) return requested;
  const asked = Number(annotation(inputs, "pulumi.com/timeoutSeconds") || Number.NaN);
  return Number.isInteger(asked) ? asked : 600;
}

/** True when the user asked not to wait. */
export function skipsAwait(inputs: JsonObject): boolean {
  return annotation(inputs, "pulumi.com/skipAwait") === "true";
}

/** Waits until a created or updated object is ready; `pulumi.com/waitFor` replaces the kind's rule. */
export async function waitReady(
  session: Session,
  objects: Objects,
  inputs: JsonObject,
  live: JsonObject,
  requested: number,
): Promise<JsonObject> {
  if (skipsAwait(inputs)) return live;
  const { apiVersion, kind } = identityOf(live);
  const rule = readiness[`${apiVersion}/${kind}`];
  const waitFor = annotation(live, "pulumi.com/waitFor");
  const seconds = timeoutOf(inputs, requested);
  if (waitFor !== "") return poll(session, objects, live, custom(waitFor), seconds);
  if (rule === undefined) return live;
  const look = rule.look(objects, session.settings.settle);
  return poll(session, objects, live, look, rule.limit ?? seconds);
}

function custom(waitFor: string): Look {
  const waits = parseWaitFor(waitFor);
  return (live) => {
    const open = waits.filter((wait) => !wait.holds(live));
    return open.length === 0 ? undefined : open.map((wait) => `Waiting for ${wait.text}`);
  };
}

/** Looks once, as a refresh does: an object that is not ready is an error with its state. */
export async function checkReady(objects: Objects, inputs: JsonObject, live: JsonObject) {
  const { apiVersion, kind, name } = identityOf(live);
  const rule = readiness[`${apiVersion}/${kind}`];
  if (rule?.onRead !== true || skipsAwait(inputs)) return;
  const missing = await rule.look(objects, 0)(live);
  if (missing === undefined) return;
  throw new NotReady(`Resource '${name}' was created but failed to initialize`, live, missing);
}

async function poll(
  session: Session,
  objects: Objects,
  first: JsonObject,
  look: Look,
  seconds: number,
): Promise<JsonObject> {
  const deadline = Date.now() + seconds * 1000;
  const { name } = identityOf(first);
  let live = first;
  for (;;) {
    const missing = await look(live);
    if (missing === undefined) return live;
    if (session.cancelled.aborted) {
      throw new NotReady(`Resource operation was cancelled for "${name}"`, live, missing);
    }
    if (Date.now() >= deadline) {
      throw new NotReady(`'${name}' timed out waiting to be Ready`, live, missing);
    }
    await pause(session);
    live = await objects.get(identityOf(first));
  }
}

async function pause({ cancelled }: Session): Promise<void> {
  await sleep(pollMilliseconds, undefined, { signal: cancelled }).catch(() => undefined);
}

/** Waits until an object is gone, or another one has its name; names what blocks when it is late. */
export async function waitGone(
  session: Session,
  objects: Objects,
  urn: string,
  first: JsonObject,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const now = await objects.get(identityOf(first)).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    if (now === undefined || uid(now) !== uid(first)) return;
    if (session.cancelled.aborted || Date.now() >= deadline) throw notGone(session, urn, now);
    await pause(session);
  }
}

function notGone({ log, cancelled }: Session, urn: string, live: JsonObject): NotReady {
  const finalizers = pluck(live, "metadata", "finalizers");
  const names = Array.isArray(finalizers) ? finalizers.join(", ") : "";
  log("warning", urn, `finalizers might be preventing deletion (${names})`);
  const cancel = `Resource operation was cancelled for "${identityOf(live).name}"`;
  return new NotReady(cancelled.aborted ? cancel : "timed out waiting for the condition", live);
}

function uid(object: JsonObject): string {
  return text(pluck(object, "metadata", "uid"));
}

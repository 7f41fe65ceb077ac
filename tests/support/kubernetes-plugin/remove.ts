import type { JsonObject } from "../../../provider/core/manifest";
import { ApiError } from "./client";
import { NoMatchError } from "./discovery";
import { InitFailed, NotReady } from "./errors";
import { annotation, idOf, identityOf, isCrd, isPatch, typeOfUrn } from "./identity";
import type { Objects } from "./objects";
import type { Session } from "./session";
import { fieldManagerOf, parseCheckpoint, printCheckpoint } from "./state";
import { skipsAwait, timeoutOf, waitGone } from "./waiting";
import { relinquish } from "./update";

/** A delete request. */
export interface Removal {
  readonly urn: string;
  readonly olds: JsonObject;
  readonly timeout: number;
}

/** Deletes the object and waits until it is gone; a Patch only gives its fields up. */
export async function remove(session: Session, { urn, olds, timeout }: Removal): Promise<void> {
  const objects = unlessUnreachable(session, urn);
  if (objects === undefined) return;
  const checkpoint = parseCheckpoint(olds);
  const { inputs, live } = checkpoint;
  const manager = fieldManagerOf(inputs, checkpoint.fieldManager);
  try {
    if (session.settings.serverSideApply && isPatch(urn, inputs)) {
      await giveUp(objects, urn, live, manager);
      return;
    }
    const answer = await objects.remove(identityOf(live), propagation(inputs));
    if (isCrd(live)) objects.discovery.reset();
    if (answer["kind"] === "Status" && answer["code"] === 404) return;
    if (skipsAwait(inputs) && skippable.has(typeOfUrn(urn))) return;
    await waitGone(session, objects, urn, live, timeoutOf(inputs, timeout));
  } catch (error) {
    if (error instanceof NoMatchError || (error instanceof ApiError && error.status === 404))
      return;
    if (!(error instanceof NotReady)) throw error;
    throw new InitFailed(
      idOf(error.live),
      error,
      printCheckpoint({ ...checkpoint, live: error.live, fieldManager: manager }, olds),
    );
  }
}

function unlessUnreachable({ settings, api, log }: Session, urn: string): Objects | undefined {
  if (typeof api !== "string") return api;
  log("warning", urn, `configured Kubernetes cluster is unreachable: ${api}`);
  if (settings.deleteUnreachable) {
    log("info", urn, "deleteUnreachable is set: the resource is dropped from the state");
    return undefined;
  }
  throw new Error(
    `configured Kubernetes cluster is unreachable: ${api}. If the cluster was deleted, set ` +
      'deleteUnreachable or the environment variable PULUMI_K8S_DELETE_UNREACHABLE to "true" to ' +
      "drop this resource from the state",
  );
}

async function giveUp(objects: Objects, urn: string, live: JsonObject, manager: string) {
  try {
    await relinquish(objects, live, manager);
  } catch (error) {
    const required = error instanceof ApiError && error.message.includes("Required value");
    if (!required) throw error;
    throw new Error(
      `this Patch resource manages a required field, so it cannot be deleted: set retainOnDelete ` +
        `or give the field to another manager first: ${urn}: ${error.message}`,
      { cause: error },
    );
  }
}

function propagation(inputs: JsonObject): string {
  const asked = annotation(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase();
  return asked === "orphan" ? "Orphan" : asked === "background" ? "Background" : "Foreground";
}

// provider/pkg/metadata/overrides.go: only these kinds let `skipAwait` skip the wait of a delete.
const skippable = new Set(
  [
    "core/v1:Namespace",
    "core/v1:Pod",
    "core/v1:ReplicationController",
    "apps/v1:DaemonSet",
    "apps/v1:Deployment",
    "apps/v1:StatefulSet",
    "batch/v1:Job",
  ].map((kind) => `kubernetes:${kind}`),
);

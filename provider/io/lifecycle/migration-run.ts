import { setTimeout as sleep } from "node:timers/promises";
import { servedVersionsOf, storageVersionOf } from "../../core/lifecycle/definitions";
import type { Action } from "../../core/lifecycle/migration";
import {
  storedOnlyAt,
  storingAt,
  toLiveDefinition,
  type LiveDefinition,
} from "../../core/lifecycle/migration-definition";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { ClusterError } from "../cluster/error";
import { DEFINITIONS } from "../cluster/types";
import type { Call } from "./lifecycle";
import { rewriteObjects } from "./migration-objects";

/**
 * For how long an API server may not know of a new storage version; Kubernetes itself waits as long before it takes a new
 * definition as known to all.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
 */
const SETTLING_TIME = 5_000;

/**
 * Runs one step of a migration.
 *
 * @throws ClusterError
 */
export async function runAction(
  cluster: Cluster,
  action: Action,
  info: Call["info"],
): Promise<void> {
  switch (action.type) {
    case "store":
      await changeDefinition(cluster, action.name, (object, live) =>
        storageVersionOf(live) === action.version ? undefined : storingAt(object, action.version),
      );
      return;
    case "settle":
      // Cut short when it is aborted, which the next request then tells.
      await Promise.allSettled([
        sleep(SETTLING_TIME, undefined, { signal: cluster.session.signal }),
      ]);
      return;
    case "rewrite": {
      const written = await rewriteObjects(cluster, action);
      if (written > 0) info(`Migrated ${written} ${action.name} to ${action.version}.`);
      return;
    }
    case "forget":
      await changeDefinition(
        cluster,
        action.name,
        (object, live) => {
          if (!isAsPlanned(live, action)) throw changedMeanwhile(cluster, action.name);
          return storedOnlyAt(object, action.version);
        },
        "status",
      );
  }
}

/** A definition that is gone needs no change, and so does one for which there is no other content. */
async function changeDefinition(
  cluster: Cluster,
  name: string,
  change: (object: JsonObject, live: LiveDefinition) => JsonObject | undefined,
  subresource?: "status",
): Promise<void> {
  await retryConflicts(async () => {
    const object = await cluster.get(DEFINITIONS, { name });
    const live = object === undefined ? undefined : toLiveDefinition(object);
    if (object === undefined || live === undefined || live.isBeingDeleted) return;
    const changed = change(object, live);
    if (changed === undefined) return;
    const settings = subresource === undefined ? {} : { subresource };
    await cluster.update(DEFINITIONS, { name }, changed, settings);
  }, cluster.session.signal);
}

/** Otherwise there may be objects that were not listed, or are stored at another version again. */
function isAsPlanned(
  live: LiveDefinition,
  { version, readAt }: Extract<Action, { readonly type: "forget" }>,
): boolean {
  return storageVersionOf(live) === version && servedVersionsOf(live).includes(readAt);
}

function changedMeanwhile(cluster: Cluster, name: string): ClusterError {
  const message =
    `Can't migrate stored objects: somebody else has changed ${name} meanwhile; ` +
    `make sure that nothing else installs Flux, then run again (cluster ${cluster.title})`;
  return new ClusterError("invalid", message);
}

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { RECORD_NAME } from "../../provider/core/lifecycle/owner-record";
import { idOf } from "../../provider/core/lifecycle/ownership";
import type { JsonObject } from "../../provider/core/manifest";
import { metadataOf, type Cluster } from "./cluster";

/** The kinds of an instance's objects, and of what users have beside it. */
const KINDS = [
  ["v1", "Namespace"],
  ["v1", "ServiceAccount"],
  ["v1", "Service"],
  ["v1", "Secret"],
  ["v1", "ResourceQuota"],
  ["v1", "PersistentVolumeClaim"],
  ["apps/v1", "Deployment"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["source.toolkit.fluxcd.io/v1", "GitRepository"],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
] as const;

const NAMESPACES: readonly string[] = ["flux-system", "team"];
const PAUSE = 1_000;
const ATTEMPTS = 60;

/** By kind and name of each object its UID and resourceVersion: any write to any of them changes it. */
export type Snapshot = Readonly<Record<string, string>>;

/** What an instance and its users have in a cluster, once nothing changes there any more. */
export async function settled(cluster: Cluster): Promise<Snapshot> {
  for (let attempt = 0, last = await snapshotOf(cluster); ; attempt += 1) {
    await sleep(PAUSE);
    const next = await snapshotOf(cluster);
    if (JSON.stringify(next) === JSON.stringify(last)) return next;
    assert.ok(attempt < ATTEMPTS, "the cluster settles");
    last = next;
  }
}

/** Fails where any object was written, made or deleted since. */
export async function assertUntouched(
  cluster: Cluster,
  before: Snapshot,
  message: string,
): Promise<void> {
  assert.deepEqual(await snapshotOf(cluster), before, `${message}: objects in the cluster`);
}

/** By kind and name the UIDs of a snapshot. */
export function uidsIn(snapshot: Snapshot): Readonly<Record<string, string>> {
  const entries = Object.entries(snapshot);
  return Object.fromEntries(entries.map(([key, text]) => [key, text.split(" ")[0] ?? ""]));
}

async function snapshotOf(cluster: Cluster): Promise<Snapshot> {
  const lists = KINDS.map(async ([apiVersion, kind]) => {
    const objects = await cluster.list(apiVersion, kind);
    return objects.filter(isWatched).map((object) => {
      const name = [metadataOf(object, "namespace"), metadataOf(object, "name")].join("/");
      const state = ["uid", "resourceVersion", "deletionTimestamp"].map((field) =>
        metadataOf(object, field),
      );
      return [`${kind} ${name}`, state.join(" ").trim()] as const;
    });
  });
  return Object.fromEntries((await Promise.all(lists)).flat().toSorted());
}

function isWatched(object: JsonObject): boolean {
  const name = metadataOf(object, "name");
  const place = metadataOf(object, "namespace") || name;
  return idOf(object) !== undefined || name === RECORD_NAME || NAMESPACES.includes(place);
}

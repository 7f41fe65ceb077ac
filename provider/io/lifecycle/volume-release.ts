import { setTimeout as sleep } from "node:timers/promises";
import { claimsOf } from "../../core/deployment";
import { idOf } from "../../core/lifecycle/ownership";
import type { Installation } from "../../core/lifecycle/transition";
import type { JsonObject, Manifest } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { endedOf } from "../cluster/failure";
import { printName, type ResourceType } from "../cluster/paths";
import { CLAIMS, DEPLOYMENTS } from "../cluster/types";
import type { Call } from "./lifecycle";

const PAUSE = 500;
/** After how long, and how often, the user reads what is waited for, in milliseconds. */
const NEWS = 10_000;

/** Whether the volumes are replaced, as their claims are then. */
export function replacesVolumes(
  old: Pick<Installation, "storage">,
  next: Pick<Installation, "storage">,
): boolean {
  if (old.storage === undefined || next.storage?.allowReplace !== true) return false;
  return old.storage.class !== next.storage.class || old.storage.size !== next.storage.size;
}

/**
 * Deletes the volume claims of an instance and the Deployments whose pods use them, and waits until they are gone: a claim
 * goes when no pod uses it any more. The engine retains claims, and creates both again afterwards.
 *
 * @throws ClusterError
 */
export async function releaseVolumes(
  cluster: Cluster,
  { objects, namespace, owner }: Installation & { readonly owner: string },
  call: Call,
): Promise<void> {
  const namesOf = (kind: string) =>
    objects.filter((object) => object.kind === kind).map(({ name }) => name);
  const claims = namesOf("PersistentVolumeClaim");
  const release = async (type: ResourceType, name: string, live: JsonObject | undefined) => {
    if (live === undefined || idOf(live) !== owner) return;
    const { uid } = live["metadata"] as { readonly uid: string };
    await cluster.delete(type, { namespace, name }, { propagation: "Foreground", uid });
    await untilGone(cluster, type, { namespace, name, uid }, call);
  };
  for (const name of namesOf("Deployment")) {
    const live = await cluster.get(DEPLOYMENTS, { namespace, name });
    const used = live === undefined ? [] : claimsOf({ ...live, kind: "Deployment" } as Manifest);
    if (used.some((claim) => claims.includes(claim))) await release(DEPLOYMENTS, name, live);
  }
  for (const name of claims) {
    await release(CLAIMS, name, await cluster.get(CLAIMS, { namespace, name }));
  }
}

/** Waits until one object is gone; another one of its name does not count. */
async function untilGone(
  cluster: Cluster,
  type: ResourceType,
  {
    namespace,
    name,
    uid,
  }: { readonly namespace: string; readonly name: string; readonly uid: string },
  call: Call,
): Promise<void> {
  const { signal } = cluster.session;
  for (let told = Date.now(); ;) {
    const live = await cluster.get(type, { namespace, name });
    if ((live?.["metadata"] as JsonObject | undefined)?.["uid"] !== uid) return;
    if (Date.now() - told > NEWS) {
      call.info(`waiting for the end of ${printName(type, { namespace, name })}`);
      told = Date.now();
    }
    try {
      await sleep(PAUSE, undefined, { signal });
    } catch {
      const what = `wait for the end of ${printName(type, { namespace, name })}`;
      throw endedOf(what, cluster.title, signal.reason);
    }
  }
}

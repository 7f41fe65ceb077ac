import { claimsOf, objectAt } from "../../core/deployment";
import { idOf } from "../../core/lifecycle/ownership";
import type { Installation } from "../../core/lifecycle/transition";
import type { JsonObject, Manifest } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import type { ResourceType } from "../cluster/paths";
import { CLAIMS, DEPLOYMENTS } from "../cluster/types";
import { awaitGone } from "./gone";
import type { Call } from "./lifecycle";

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
    const uid = objectAt(live ?? {}, "metadata")["uid"];
    if (live === undefined || typeof uid !== "string" || idOf(live) !== owner) return;
    const object = { namespace, name };
    await cluster.delete(type, object, { propagation: "Foreground", uid });
    await awaitGone(cluster, [{ type, name: object, uid }], call.info);
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

import { claimsOf } from "../../core/deployment";
import type { Installation } from "../../core/lifecycle/transition";
import type { Manifest } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { DEPLOYMENTS } from "../cluster/types";

/** Whether the volumes are replaced, as their claims are then. */
export function replacesVolumes(
  old: Pick<Installation, "storage">,
  next: Pick<Installation, "storage">,
): boolean {
  if (old.storage === undefined || next.storage?.allowReplace !== true) return false;
  return old.storage.class !== next.storage.class || old.storage.size !== next.storage.size;
}

/**
 * Deletes the Deployments of an instance whose pods use a volume: a claim goes when no pod uses it any more, and the
 * engine deletes a claim before the Deployments that are replaced with it. Those are created again with their new claim.
 *
 * @throws ClusterError
 */
export async function releaseVolumes(cluster: Cluster, installation: Installation): Promise<void> {
  const { objects, namespace } = installation;
  const namesOf = (kind: string) =>
    objects.filter((object) => object.kind === kind).map(({ name }) => name);
  const [claims, deployments] = [namesOf("PersistentVolumeClaim"), namesOf("Deployment")];
  for (const name of deployments) {
    const live = await cluster.get(DEPLOYMENTS, { namespace, name });
    const used = live === undefined ? [] : claimsOf({ ...live, kind: "Deployment" } as Manifest);
    if (used.some((claim) => claims.includes(claim))) {
      await cluster.delete(DEPLOYMENTS, { namespace, name });
    }
  }
}

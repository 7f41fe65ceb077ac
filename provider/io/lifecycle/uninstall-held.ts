import { finalizersOfOthers } from "../../core/lifecycle/finalizers";
import type { FluxKind } from "../../core/lifecycle/kinds";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { printObject } from "../cluster/paths";
import { findObjects } from "./uninstall-objects";

/** How many objects a message names. */
const NAMED = 3;

/**
 * Refuses to go on where custom resources have finalizers that are not Flux's: they are left alone, and a definition
 * whose objects have some can't be deleted. Its deletion would end by its time limit, and name none of them.
 *
 * @throws ClusterError held
 */
export async function requireNotHeld(cluster: Cluster, kinds: readonly FluxKind[]): Promise<void> {
  const held = (await findObjects(cluster, kinds)).flatMap(({ kind, objects }) =>
    objects.flatMap((object) => {
      const finalizers = finalizersOfOthers(object);
      const name = `${kind.kind} ${printObject(object)}`;
      return finalizers.length === 0 ? [] : [`${name} (${finalizers.join(", ")})`];
    }),
  );
  if (held.length === 0) return;
  const more = held.length > NAMED ? ` and ${held.length - NAMED} more` : "";
  const message =
    `Finalizers of somebody else are on ${held.slice(0, NAMED).join(", ")}${more}, and their CRDs can't go before them. ` +
    "No custom resource was deleted, and nothing of Flux holds them any more; delete these, so that whoever has set the " +
    `finalizers lets them go, or take the finalizers away, then run again (cluster ${cluster.title})`;
  throw new ClusterError("held", message);
}

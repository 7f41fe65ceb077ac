import type { FluxKind } from "../../core/lifecycle/kinds";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { NAMED, tally } from "./uninstall-tally";

/**
 * Refuses to go on where custom resources have finalizers that are not Flux's: they are left alone, and a definition
 * whose objects have some can't be deleted. Its deletion would end by its time limit, and name none of them.
 *
 * @throws ClusterError held
 */
export async function requireNotHeld(cluster: Cluster, kinds: readonly FluxKind[]): Promise<void> {
  const tallies = await tally(cluster, kinds);
  const count = tallies.reduce((sum, { heldByOthers }) => sum + heldByOthers, 0);
  if (count === 0) return;
  const named = tallies.flatMap(({ named }) => named).slice(0, NAMED);
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  const message =
    `Finalizers of somebody else are on ${named.join(", ")}${more}, and their CRDs can't go before them. ` +
    "No custom resource was deleted, and nothing of Flux holds them any more; delete these, so that whoever has set the " +
    `finalizers lets them go, or take the finalizers away, then run again (cluster ${cluster.title})`;
  throw new ClusterError("held", message);
}

import type { Definition } from "../../core/lifecycle/definitions";
import { lossesOf, summed, usesIn, type Use } from "../../core/lifecycle/migration-uses";
import type { Cluster } from "../cluster/cluster";
import { forEach } from "../cluster/parallel";

const KINDS_AT_ONCE = 8;

/** An upgrade, by the definitions before and after it. */
export interface Upgrade {
  readonly before: readonly Definition[];
  readonly after: readonly Definition[];
  /** Field managers that the upgrade itself moves on to the new versions. */
  readonly own: readonly string[];
}

/**
 * Who still writes objects at API versions that an upgrade removes. It only reads, and nothing where no version goes;
 * how long it may take is up to the signal that the cluster was connected with.
 *
 * @throws ClusterError
 */
export async function usesOfRemovedVersions(
  cluster: Cluster,
  { before, after, own }: Upgrade,
): Promise<readonly Use[]> {
  const uses: Use[] = [];
  await forEach(lossesOf(before, after), KINDS_AT_ONCE, async (loss) => {
    const { group, plural } = loss.definition;
    // Each version lists all objects; one that is lost is surely served now.
    const type = { group, plural, version: loss.lost[0] ?? "" };
    for await (const object of cluster.list(type, { metadataOnly: true })) {
      uses.push(...usesIn(object, loss, own));
    }
  });
  return summed(uses);
}

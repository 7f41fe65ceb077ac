import { connect, type Cluster } from "../cluster/cluster";
import { nameOf, type Found } from "./adoption-objects";
import { awaitGone } from "./gone";
import { limited, type Look } from "./guard-look";
import { readRecord } from "./owner-record";
import { uidOf } from "./removal-objects";
import { recordWanted } from "./transition-record";

/**
 * Records what is wanted, where the record wants nothing.
 *
 * @param limit in milliseconds
 * @throws ClusterError
 */
export async function wantAgain(
  look: Look,
  owner: string,
  wanted: readonly string[],
  limit: number,
): Promise<void> {
  await recordWanted(await reach(look, limit), owner, wanted);
}

/**
 * Waits until objects that are being deleted are gone.
 *
 * @param limit in milliseconds
 * @throws ClusterError timeout, naming the objects that are left
 */
export async function untilGone(look: Look, going: readonly Found[], limit: number): Promise<void> {
  const cluster = await reach(look, limit);
  const objects = going.map(({ type, reference, live }) => ({
    type,
    name: nameOf(reference),
    uid: uidOf(live),
  }));
  // The caller has told the user what is waited for.
  await awaitGone(cluster, objects, () => undefined);
}

/**
 * Which state the instance in the cluster is in; empty where there is no record.
 *
 * @param limit in milliseconds
 * @throws ClusterError
 */
export async function lineageIn(look: Look, limit: number): Promise<string> {
  return (await readRecord(await reach(look, limit)))?.lineage ?? "";
}

async function reach(look: Look, limit: number): Promise<Cluster> {
  const { connection, surroundings } = look;
  return await connect(connection, { surroundings, signal: limited(look, limit) });
}

import { objectAt } from "../../core/deployment";
import { connect } from "../cluster/cluster";
import { nameOf, type Found } from "./adoption-objects";
import { awaitGone } from "./gone";
import { limited, type Look } from "./guard-look";

/**
 * Waits until objects that are being deleted are gone.
 *
 * @param limit in milliseconds
 * @throws ClusterError timeout, naming the objects that are left
 */
export async function untilGone(look: Look, going: readonly Found[], limit: number): Promise<void> {
  const { connection, surroundings } = look;
  const cluster = await connect(connection, { surroundings, signal: limited(look, limit) });
  const objects = going.map(({ type, reference, live }) => ({
    type,
    name: nameOf(reference),
    uid: objectAt(live, "metadata")["uid"],
  }));
  // The caller has told the user what is waited for.
  await awaitGone(cluster, objects, () => undefined);
}

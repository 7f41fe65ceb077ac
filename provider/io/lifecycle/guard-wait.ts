import { setTimeout as sleep } from "node:timers/promises";
import { printReference } from "../../core/lifecycle/ownership";
import { objectAt } from "../../core/deployment";
import { connect } from "../cluster/cluster";
import { endedOf } from "../cluster/failure";
import { firstOf } from "../signal";
import { nameOf, readMetadata, type Found } from "./adoption-objects";
import type { Look } from "./guard-look";

const PAUSE = 500;

/**
 * Waits until objects that are being deleted are gone.
 *
 * @param limit in milliseconds
 * @throws ClusterError timeout, naming the objects that are left
 */
export async function untilGone(look: Look, going: readonly Found[], limit: number): Promise<void> {
  const { connection, surroundings } = look;
  const signal = firstOf(look.signal, AbortSignal.timeout(limit));
  const cluster = await connect(connection, { surroundings, signal });
  let left = going;
  for (;;) {
    const live = await Promise.all(
      left.map(({ type, reference }) => readMetadata(cluster, type, nameOf(reference))),
    );
    const isLeft = ({ live: before }: Found, index: number) =>
      objectAt(live[index] ?? {}, "metadata")["uid"] === objectAt(before, "metadata")["uid"];
    left = left.filter(isLeft);
    if (left.length === 0) return;
    try {
      await sleep(PAUSE, undefined, { signal });
    } catch {
      const names = left.map(({ reference }) => printReference(reference)).join(", ");
      throw endedOf(`wait for the end of ${names}`, cluster.title, signal.reason);
    }
  }
}

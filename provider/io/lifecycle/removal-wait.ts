import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { readMetadata } from "./adoption-objects";
import type { Call } from "./lifecycle";
import { NEWS } from "./paced";
import { uidOf, type FoundObject } from "./removal-objects";

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2_000;
/** How long the same reason may hold an object where the resource has no custom timeout, as the Kubernetes provider waits. */
const LIMIT = 10 * 60_000;

/** An object that is being deleted. */
export interface Going extends FoundObject {
  /** How messages name it. */
  readonly title: string;
  /** What holds it, in words; asked every 10 seconds. */
  readonly holds: () => Promise<string>;
}

/**
 * Waits until an object is gone, and says every 10 seconds what holds it. Another object of the same name does not count.
 *
 * @param limit how long the same reason may hold it, in milliseconds
 * @throws ClusterError timeout, with what holds it
 */
export async function untilGone(
  cluster: Cluster,
  going: Going,
  call: Call,
  limit = LIMIT,
): Promise<void> {
  const { title, type, name, uid, holds } = going;
  let [reason, since, told] = ["", Date.now(), Date.now()];
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      const live = await readMetadata(cluster, type, name);
      if (live === undefined || uidOf(live) !== uid) return;
      if (Date.now() - told > Math.min(NEWS, limit)) {
        const found = await holds();
        if (found !== reason) [reason, since] = [found, Date.now()];
        told = Date.now();
        call.info(`waiting for the end of ${title}: ${reason}`);
      }
      if (Date.now() - since > limit) throw stays(cluster, going, reason, "nothing has changed");
      await sleep(pause, undefined, { signal: call.signal });
    }
  } catch (error) {
    if (!call.signal.aborted) throw error;
    throw overOf(cluster, going, reason, call.signal.reason);
  }
}

function overOf(cluster: Cluster, going: Going, reason: string, cause: unknown): ClusterError {
  const isLimit = cause instanceof Error && cause.name === "TimeoutError";
  if (isLimit) return stays(cluster, going, reason, "the custom timeout of the resource is over");
  const message = `${going.title} is being deleted; the wait for its end was cancelled (cluster ${cluster.title})`;
  return new ClusterError("cancelled", message, { cause });
}

function stays(cluster: Cluster, { title }: Going, reason: string, why: string): ClusterError {
  const holder = reason === "" ? "" : `: ${reason}`;
  const message =
    `${title} is being deleted and is held${holder}. The wait for its end is over, because ${why}. ` +
    `Remove the cause, then run again (cluster ${cluster.title})`;
  return new ClusterError("timeout", message);
}

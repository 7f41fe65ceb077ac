import { setTimeout as sleep } from "node:timers/promises";
import { listAt, objectAt } from "../../core/deployment";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { endedOf } from "../cluster/failure";
import { printName, type ObjectName, type ResourceType } from "../cluster/paths";
import { readMetadata } from "./adoption-objects";

const PAUSE = 500;
/** How often the user reads what is waited for, in milliseconds. */
const NEWS = 10_000;

/** An object that is being deleted. */
export interface Going {
  readonly type: ResourceType;
  readonly name: ObjectName;
  readonly uid: unknown;
}

/**
 * Waits until objects are gone. An object of the same name with another UID is a new one.
 *
 * @param info shows a line to the user
 * @throws ClusterError timeout, naming the objects that are left and their finalizers
 */
export async function awaitGone(
  cluster: Cluster,
  going: readonly Going[],
  info: (line: string) => void,
): Promise<void> {
  const { signal } = cluster.session;
  let left: readonly Left[] = going.map((object) => ({ ...object, metadata: {} }));
  for (let told = Date.now(); ;) {
    try {
      left = await readLeft(cluster, left);
      if (left.length === 0) return;
      if (Date.now() - told > NEWS) {
        info(`waiting until these are gone: ${left.map(printLeft).join(", ")}`);
        told = Date.now();
      }
      await sleep(PAUSE, undefined, { signal });
    } catch (error) {
      throw signal.aborted ? endedWith(left, cluster.title, signal.reason) : error;
    }
  }
}

interface Left extends Going {
  readonly metadata: JsonObject;
}

async function readLeft(cluster: Cluster, objects: readonly Left[]): Promise<readonly Left[]> {
  const found = await Promise.all(
    objects.map(async (object) => {
      const live = await readMetadata(cluster, object.type, object.name);
      return { ...object, metadata: objectAt(live ?? {}, "metadata") };
    }),
  );
  return found.filter(({ metadata, uid }) => metadata["uid"] === uid);
}

function endedWith(left: readonly Left[], title: string, cause: unknown): ClusterError {
  const names = left.map(printLeft).join(", ");
  const ended = endedOf(`wait until these are gone: ${names}`, title, cause);
  if (ended.code !== "timeout") return ended;
  const message =
    `These objects are being deleted, and are not gone in time: ${names}. ` +
    `Have the work of their finalizers done by whoever set them, then run this again (cluster ${title})`;
  return new ClusterError("timeout", message, { cause });
}

function printLeft({ type, name, metadata }: Left): string {
  const finalizers = listAt(metadata, "finalizers").filter((it) => typeof it === "string");
  const held = finalizers.length === 0 ? "" : ` (finalizers ${finalizers.join(", ")})`;
  return `${printName(type, name)}${held}`;
}

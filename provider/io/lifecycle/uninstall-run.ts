import { setTimeout as sleep } from "node:timers/promises";
import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { printLive, type Action, type LiveObject, type Survey } from "../../core/lifecycle/plan";
import { isObject } from "../../core/manifest";
import { COMPONENTS } from "../../core/spec/spec";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { endedOf } from "../cluster/failure";
import { forEach } from "../cluster/parallel";
import { release } from "./release";
import { requireStopped } from "./uninstall-controllers";
import { requireNotHeld } from "./uninstall-held";
import { findObjects, printCounts } from "./uninstall-objects";
import { stripFinalizers } from "./uninstall-strip";

const AT_ONCE = 10;
const PAUSE = 500;
/** helm-controller's pods are given up to 10 minutes to end. */
const LIMIT = 11 * 60_000;

/**
 * Runs the plan of an uninstall. It may be run again after a failure.
 *
 * @param limit how long to wait for objects to be gone, in milliseconds
 * @throws ClusterError
 */
export async function runUninstall(
  cluster: Cluster,
  { namespace, deployments }: Survey,
  plan: readonly Action[],
  limit = LIMIT,
): Promise<void> {
  const names = deployments.map(({ name }) => name);
  for (const action of plan) {
    if (action.do === "release") {
      await releaseAll(cluster, action.objects);
      continue;
    }
    if (action.do !== "free") {
      await deleteAll(cluster, action.objects, limit);
      continue;
    }
    for (const component of COMPONENTS) {
      await requireStopped(cluster, { component, namespace, deployments: names }, limit);
    }
    const kinds = action.kinds.map(({ kind }) => kind);
    await stripFinalizers(cluster, kinds);
    if (deletesDefinitions(plan)) await requireNotHeld(cluster, kinds);
  }
}

function deletesDefinitions(plan: readonly Action[]): boolean {
  return plan.some(
    (action) =>
      action.do === "delete" &&
      action.objects.some(({ kind }) => kind === "CustomResourceDefinition"),
  );
}

async function deleteAll(
  cluster: Cluster,
  objects: readonly LiveObject[],
  limit: number,
): Promise<void> {
  const end = Date.now() + limit;
  await forEach(objects, AT_ONCE, async (object) => {
    const propagation = object.kind === "Deployment" ? "Foreground" : "Background";
    await cluster.delete(object, object, { propagation });
  });
  for (const object of objects) await awaitGone(cluster, object, end);
}

async function releaseAll(cluster: Cluster, objects: readonly LiveObject[]): Promise<void> {
  await forEach(objects, AT_ONCE, async (object) => {
    await release(cluster, { type: object, name: object });
  });
}

async function awaitGone(cluster: Cluster, object: LiveObject, end: number): Promise<void> {
  const { signal } = cluster.session;
  for (;;) {
    const found = await cluster.get(object, object);
    const metadata = isObject(found?.["metadata"]) ? found["metadata"] : {};
    // One that is not being deleted is another one: whoever has made it wants it to stay.
    if (found === undefined || metadata["deletionTimestamp"] === undefined) return;
    if (Date.now() > end) throw await hangs(cluster, object, metadata["finalizers"]);
    try {
      await sleep(PAUSE, undefined, { signal });
    } catch {
      throw endedOf(`wait for the end of ${printLive(object)}`, cluster.title, signal.reason);
    }
  }
}

async function hangs(
  cluster: Cluster,
  object: LiveObject,
  finalizers: unknown,
): Promise<ClusterError> {
  const kind = Object.values(FLUX_KINDS)
    .flat()
    .find(({ group, plural }) => object.name === `${plural}.${group}`);
  const left = kind === undefined ? "" : printCounts(await findObjects(cluster, [kind]));
  const held = Array.isArray(finalizers) ? ` by ${finalizers.join(", ")}` : "";
  const what = left === "" ? "" : `; ${left} are left, look at their finalizers`;
  const message =
    `${printLive(object)} is held${held}${what}. ` +
    `Have that done by whoever set it, then run this again (cluster ${cluster.title})`;
  return new ClusterError("timeout", message);
}

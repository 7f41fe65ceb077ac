import { setTimeout as sleep } from "node:timers/promises";
import {
  labelsOfController,
  labelsOfPods,
  lifeOfDeployment,
  lifeOfPod,
} from "../../core/lifecycle/controllers";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { ClusterError, isClusterError } from "../cluster/error";
import { endedOf } from "../cluster/failure";
import { collect } from "../cluster/list";
import { printObject } from "../cluster/paths";
import { DEPLOYMENTS, PODS } from "../cluster/types";

const PAUSE = 500;
/** helm-controller's pods are given up to 10 minutes to end: terminationGracePeriodSeconds in its Deployment. */
const LIMIT = 11 * 60_000;

/** A controller, by what runs it. */
export interface Controller {
  readonly component: string;
  readonly namespace: string;
  /** The names of its Deployments, those of its shards included. */
  readonly deployments: readonly string[];
}

/**
 * Waits until the pods of a controller are gone. Also a controller of the same kind in another namespace counts, since
 * all controllers act on all namespaces.
 *
 * @param limit how long to wait for pods that are ending, in milliseconds
 * @throws ClusterError still-running, naming the Deployment; nothing is waited for where it is not ending
 */
export async function requireStopped(
  cluster: Cluster,
  controller: Controller,
  limit = LIMIT,
): Promise<void> {
  const { signal } = cluster.session;
  const end = Date.now() + limit;
  for (;;) {
    const left = await findStopping(cluster, controller);
    if (left === undefined) return;
    if (Date.now() > end) throw stillRunning(cluster, left, "does not end");
    try {
      await sleep(PAUSE, undefined, { signal });
    } catch {
      throw endedOf(`wait for the end of ${left}`, cluster.title, signal.reason);
    }
  }
}

/** What is on its way to the end, in words; undefined where all is stopped. */
async function findStopping(cluster: Cluster, controller: Controller): Promise<string | undefined> {
  const deployments = await findDeployments(cluster, controller);
  const running = deployments.find((deployment) => lifeOfDeployment(deployment) === "running");
  if (running !== undefined) {
    throw stillRunning(cluster, `Deployment ${printObject(running)}`, "still runs");
  }
  const stopping = deployments.find((deployment) => lifeOfDeployment(deployment) === "stopping");
  if (stopping !== undefined) return `Deployment ${printObject(stopping)}`;
  const labels = labelsOfPods([controller.component, ...controller.deployments]);
  const pods = await collect(cluster.list(PODS, { namespace: controller.namespace, labels }));
  const pod = pods.find((candidate) => lifeOfPod(candidate) === "stopping");
  return pod === undefined ? undefined : `pod ${printObject(pod)}`;
}

async function findDeployments(
  cluster: Cluster,
  { component, namespace, deployments }: Controller,
): Promise<readonly JsonObject[]> {
  const named = await Promise.all(
    deployments.map((name) => cluster.get(DEPLOYMENTS, { namespace, name })),
  );
  const labelled = await findLabelled(cluster, namespace, labelsOfController(component));
  return [...named.filter((deployment) => deployment !== undefined), ...labelled];
}

/** Who may not look into all namespaces looks into the one of Flux. */
async function findLabelled(
  cluster: Cluster,
  namespace: string,
  labels: string,
): Promise<readonly JsonObject[]> {
  try {
    return await collect(cluster.list(DEPLOYMENTS, { labels }));
  } catch (error) {
    if (!isClusterError(error, "forbidden")) throw error;
    return await collect(cluster.list(DEPLOYMENTS, { namespace, labels }));
  }
}

function stillRunning(cluster: Cluster, what: string, how: string): ClusterError {
  const message =
    `${what} ${how}. While it does, it would delete what Flux has deployed, or put its finalizers back. ` +
    "Nothing was changed. If the state of the stack has lost the Deployment, as after a refresh in another cluster, run " +
    "`pulumi up`, then `pulumi destroy`. Else delete the Deployment, or scale it to 0, wait for its pods to be gone, then " +
    `try again (cluster ${cluster.title})`;
  return new ClusterError("still-running", message);
}

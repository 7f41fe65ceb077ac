import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "./cluster";
import type { Connection } from "./connection";
import { ClusterError } from "./error";
import { clusterUid } from "./identity";

/** The inputs of a lifecycle resource that lead to its cluster; a change of them alone is no change of the resource. */
export const CONNECTION_INPUTS = [
  "kubeconfig",
  "context",
  "kubeconfigCluster",
  "kubeconfigOrigin",
] as const;

/**
 * The connection that the inputs of a lifecycle resource describe. An origin says that a kubeconfig was given: where it
 * has no text then, as when an Output has resolved to nothing, the connection has an empty one, which is refused, never
 * the ambient one.
 */
export function connectionOf(values: JsonObject): Connection {
  const text = (key: (typeof CONNECTION_INPUTS)[number]) => {
    const value = values[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const isGiven = "kubeconfig" in values || "kubeconfigOrigin" in values;
  const connection = {
    kubeconfig: text("kubeconfig") ?? (isGiven ? "" : undefined),
    context: text("context"),
    cluster: text("kubeconfigCluster"),
    origin: text("kubeconfigOrigin"),
  };
  const given = Object.entries(connection).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/**
 * Refuses to go on in another cluster than the one that was meant when its UID was recorded.
 *
 * @throws ClusterError another-cluster
 */
export async function requireSameCluster(cluster: Cluster, uid: string): Promise<void> {
  const found = await clusterUid(cluster);
  if (found === uid) return;
  const message =
    `This is another cluster: it has the UID ${found}, and the Flux of this stack is in the one with ${uid}. ` +
    `Nothing was changed; give the kubeconfig and context of that cluster (cluster ${cluster.title})`;
  throw new ClusterError("another-cluster", message);
}

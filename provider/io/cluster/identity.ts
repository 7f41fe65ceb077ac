import { isObject } from "../../core/manifest";
import type { Cluster } from "./cluster";
import { ClusterError } from "./error";
import { NAMESPACES } from "./types";

/**
 * What a cluster is told by: the UID of its namespace kube-system, which is made with the cluster and never again.
 *
 * @throws ClusterError
 */
export async function clusterUid(cluster: Cluster): Promise<string> {
  const namespace = await cluster.get(NAMESPACES, { name: "kube-system" });
  const metadata = namespace?.["metadata"];
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  if (typeof uid === "string") return uid;
  const reason = "it has no namespace kube-system; check the kubeconfig's server";
  throw new ClusterError(
    "not-found",
    `Can't tell the cluster: ${reason} (cluster ${cluster.title})`,
  );
}

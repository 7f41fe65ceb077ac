import type { JsonObject } from "../../../provider/core/manifest";
import { Client } from "../kubernetes-plugin/client";
import { Objects } from "../kubernetes-plugin/objects";
import { readCluster } from "../kubernetes-plugin/kubeconfig";

/** Access to the cluster of a kubeconfig, past Pulumi. */
export function objectsOf(kubeconfig: string): Objects {
  return new Objects(new Client(readCluster(kubeconfig, ".", { context: "", cluster: "" })));
}

/** Applies objects one after the other, as `kubectl apply --server-side --force-conflicts` does. */
export async function applyAll(objects: Objects, wanted: readonly JsonObject[]): Promise<void> {
  const mode = { manager: "kubectl", force: true, dryRun: false };
  for (const object of wanted) await objects.apply(object, mode);
}

/** The items of a collection at a path. */
export async function itemsAt(objects: Objects, path: string): Promise<readonly JsonObject[]> {
  const { items } = await objects.client.send({ method: "GET", path });
  return items as readonly JsonObject[];
}

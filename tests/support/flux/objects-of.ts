import type { JsonObject } from "../../../provider/core/manifest";
import { Objects } from "../kubernetes/objects";

/** Access to the cluster of a kubeconfig, past Pulumi. */
export function objectsOf(kubeconfig: string): Objects {
  return new Objects(kubeconfig);
}

/** Applies objects one after the other, as `kubectl apply --server-side --force-conflicts` does. */
export async function applyAll(objects: Objects, wanted: readonly JsonObject[]): Promise<void> {
  for (const object of wanted) await objects.apply(object);
}

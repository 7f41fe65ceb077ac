import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../provider/core/manifest";
import { isClusterError } from "../../provider/io/cluster/error";
import { BY_HAND } from "./kubelet";
import { child, type Identity } from "./kubernetes/identity";
import type { Objects } from "./kubernetes/objects";

/** A finalizer that no controller serves. */
export const KEEP = "example.com/keep";

/** Keeps an object from being gone, until it is let go. */
export async function hold(objects: Objects, identity: Identity): Promise<void> {
  await setFinalizers(objects, identity, (finalizers) => [...finalizers, KEEP]);
}

/** Lets an object go; one that is gone needs nothing. */
export async function letGo(objects: Objects, identity: Identity): Promise<void> {
  try {
    await setFinalizers(objects, identity, (all) => all.filter((one) => one !== KEEP));
  } catch (error) {
    if (!isClusterError(error, "not-found")) throw error;
  }
}

async function setFinalizers(
  objects: Objects,
  identity: Identity,
  change: (finalizers: readonly string[]) => readonly string[],
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const metadata = child(await objects.get(identity), "metadata");
    const finalizers = change((metadata["finalizers"] ?? []) as readonly string[]);
    const body = { metadata: { finalizers, resourceVersion: metadata["resourceVersion"] ?? "" } };
    try {
      await objects.merge(identity, body);
      return;
    } catch (error) {
      if (!isClusterError(error, "conflict") || attempt === 20) throw error;
      await sleep(100);
    }
  }
}

/** A pod that counts as one of a controller and does not end: the gate of that controller waits for it. */
export const straggler = (controller: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "straggler", namespace: "flux-system", labels: { app: controller } },
  spec: {
    schedulerName: BY_HAND,
    containers: [{ name: "manager", image: "registry.invalid/manager:1" }],
  },
});

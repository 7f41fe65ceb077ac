import { isObject, type Json, type JsonObject, type Manifest } from "../manifest";
import { listAt, objectAt, textAt } from "../deployment";

/** Where a pod names its containers. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
const CONTAINER_LISTS = ["initContainers", "containers"];

/**
 * Every image that a node pulls to run the workloads among some objects, as it is written there; sorted, each once.
 * What patches add counts too: sidecars, init containers, image volumes.
 */
export function pulledImages(manifests: readonly Manifest[]): readonly string[] {
  const images = manifests.map(podSpecOf).flatMap(imagesOf);
  return [...new Set(images)].sort();
}

/** Whether the image is named by the digest of its content, so that nobody can change what is behind the name. */
export function isPinned(image: string): boolean {
  return image.includes("@");
}

/** The pod of a workload; an object of another kind has no template, so nothing is found in it. */
function podSpecOf(manifest: Manifest): JsonObject {
  return objectAt(objectAt(objectAt(manifest, "spec"), "template"), "spec");
}

function imagesOf(podSpec: JsonObject): readonly string[] {
  const containers = CONTAINER_LISTS.flatMap((list) => objectsAt(podSpec, list));
  const volumes = objectsAt(podSpec, "volumes").map((volume) => objectAt(volume, "image"));
  return [
    ...containers.map((container) => textAt(container, "image")),
    ...volumes.map((image) => textAt(image, "reference")),
  ].filter((image) => image !== "");
}

function objectsAt(parent: JsonObject, key: string): readonly JsonObject[] {
  return listAt(parent, key).filter((item: Json) => isObject(item));
}

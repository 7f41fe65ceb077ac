import { isObject, type Json, type JsonObject } from "../../manifest";
import { listAt, withPodSpec } from "../../deployment";
import { parseImage, printImage, type Image } from "../../distribution/images";
import type { Step } from "../context";
import { mapKind } from "../draft";

/**
 * Puts the distribution's images in: only where a container still has the release's own name `fluxcd/<component>`, so
 * that a patch to any other repository stays.
 */
export const images: Step = (drafts, { images: wanted }) => {
  const byName = new Map(wanted.map((image) => [`fluxcd/${image.name}`, image]));
  return mapKind(drafts, "Deployment", (deployment) =>
    withPodSpec(deployment, (podSpec) => withImages(podSpec, byName)),
  );
};

function withImages(podSpec: JsonObject, byName: ReadonlyMap<string, Image>): JsonObject {
  const lists = ["initContainers", "containers"].filter((key) => podSpec[key] !== undefined);
  const replaced = lists.map((key) => [
    key,
    listAt(podSpec, key).map((container) => withImage(container, byName)),
  ]);
  return { ...podSpec, ...(Object.fromEntries(replaced) as JsonObject) };
}

function withImage(container: Json, byName: ReadonlyMap<string, Image>): Json {
  if (!isObject(container) || typeof container["image"] !== "string") return container;
  const image = byName.get(parseImage(container["image"]).repository);
  return image === undefined ? container : { ...container, image: printImage(image) };
}

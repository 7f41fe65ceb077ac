import { isObject, type Json, type JsonObject } from "../../manifest";
import { parseImage, printImage, type Image } from "../../distribution/images";
import type { Step } from "../context";
import { withManifest } from "../draft";

type Wanted = ReadonlyMap<string, Image>;

/**
 * Puts the distribution's images in: only where a container still has the release's own name `fluxcd/<component>`, so
 * that a patch to any other repository stays. As in kustomize, containers may be anywhere but in a
 * CustomResourceDefinition: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
 */
export const images: Step = (drafts, { images: wanted }) => {
  if (wanted.length === 0) return drafts;
  const byName = new Map(wanted.map((image) => [`fluxcd/${image.name}`, image]));
  return drafts.map((draft) => {
    const { manifest } = draft;
    if (manifest.kind === "CustomResourceDefinition") return draft;
    return withManifest(draft, { ...manifest, ...within(manifest, byName) });
  });
};

function within(parent: JsonObject, wanted: Wanted): JsonObject {
  const entries = Object.entries(parent).map(([key, value]) => {
    const inner = value === undefined ? value : throughout(value, wanted);
    const isList = Array.isArray(inner) && (key === "containers" || key === "initContainers");
    return [key, isList ? inner.map((item: Json) => withImage(item, wanted)) : inner] as const;
  });
  return Object.fromEntries(entries);
}

function throughout(value: Json, wanted: Wanted): Json {
  if (Array.isArray(value)) return value.map((item: Json) => throughout(item, wanted));
  return isObject(value) ? within(value, wanted) : value;
}

function withImage(container: Json, wanted: Wanted): Json {
  if (!isObject(container) || typeof container["image"] !== "string") return container;
  const image = wanted.get(parseImage(container["image"]).repository);
  return image === undefined ? container : { ...container, image: printImage(image) };
}

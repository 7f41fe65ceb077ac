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
    const change = Array.isArray(inner) && Object.hasOwn(CHANGES, key) ? CHANGES[key] : undefined;
    if (change === undefined) return [key, inner] as const;
    return [key, (inner as readonly Json[]).map((item) => change(item, wanted))] as const;
  });
  return Object.fromEntries(entries);
}

function throughout(value: Json, wanted: Wanted): Json {
  if (Array.isArray(value)) return value.map((item: Json) => throughout(item, wanted));
  return isObject(value) ? within(value, wanted) : value;
}

/** What is done with the items of a list of this name. */
const CHANGES: Readonly<Record<string, (item: Json, wanted: Wanted) => Json>> = {
  containers: (item, wanted) => replaced(item, "image", wanted),
  initContainers: (item, wanted) => replaced(item, "image", wanted),
  volumes: (item, wanted) =>
    isObject(item) && isObject(item["image"])
      ? { ...item, image: replaced(item["image"], "reference", wanted) }
      : item,
};

function replaced(parent: Json, key: string, wanted: Wanted): Json {
  const text = isObject(parent) ? parent[key] : undefined;
  if (!isObject(parent) || typeof text !== "string") return parent;
  const image = wanted.get(parseImage(text).repository);
  return image === undefined ? parent : { ...parent, [key]: printImage(image) };
}

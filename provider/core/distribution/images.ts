import type { Component, Spec } from "../spec/spec";
import { deploymentContainers } from "../deployment";
import type { ImageEntry, Release } from "./release";
import { variantOf } from "./variants";

/** The image of one component: `repository:tag@digest`; without a digest it is not pinned. */
export interface Image {
  readonly name: Component;
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
}

export interface Images {
  readonly images: readonly Image[];
  /** Why images are not pinned by digest, one line each. */
  readonly warnings: readonly string[];
}

/**
 * The images of the chosen components. Where the image list lacks a component, or there is no list, none is pinned:
 * the tags then come from the release's own manifests, as in the reference.
 */
export function imagesOf(spec: Spec, release: Release): Images {
  // Without a registry the reference leaves the manifests' own images as they are.
  if (spec.distribution.registry === "") return { images: [], warnings: [unpinned(spec, EMPTY)] };
  const listed = listedImages(spec, release);
  if (typeof listed !== "string") return { images: listed, warnings: [] };
  return {
    images: spec.components.flatMap((component) => taggedImage(spec, component, release)),
    warnings: [unpinned(spec, listed)],
  };
}

const EMPTY = "distribution.registry is empty";

function unpinned({ components }: Spec, why: string): string {
  return `The images of ${components.join(", ")} are not pinned by digest: ${why}.`;
}

/** The images by the list of the variant, or why there is none. */
function listedImages(spec: Spec, release: Release): readonly Image[] | string {
  const { registry } = spec.distribution;
  const variant = variantOf(spec.distribution);
  if (variant === undefined) {
    return `no variant is known for the registry "${registry}"; set distribution.variant`;
  }
  const list = release.images.get(variant);
  if (list === undefined) return `Flux ${release.version} has no image list "${variant}"`;
  const found = spec.components.flatMap((component) => listedImage(registry, component, list));
  if (found.length === spec.components.length) return found;
  const missing = spec.components.filter((name) => !found.some((image) => image.name === name));
  return `the image list "${variant}" of Flux ${release.version} lacks ${missing.join(", ")}`;
}

function listedImage(
  registry: string,
  component: Component,
  list: readonly ImageEntry[],
): readonly Image[] {
  const entry = list.find(({ name }) => name.slice(name.lastIndexOf("/") + 1) === component);
  if (entry === undefined) return [];
  const image = { name: component, repository: repositoryOf(registry, component) };
  const { newTag: tag, digest } = entry;
  return [digest === undefined ? { ...image, tag } : { ...image, tag, digest }];
}

function taggedImage(spec: Spec, component: Component, release: Release): readonly Image[] {
  const image = (release.components.get(component) ?? [])
    .flatMap(deploymentContainers)
    .map((container) => container["image"])
    .find((name) => typeof name === "string" && name.startsWith(`fluxcd/${component}:`));
  if (typeof image !== "string") return [];
  const tag = image.slice(image.indexOf(":") + 1);
  return [
    { name: component, repository: repositoryOf(spec.distribution.registry, component), tag },
  ];
}

function repositoryOf(registry: string, component: Component): string {
  return `${registry}/${component}`;
}

/** `repository:tag@digest`, or `repository:tag` where the image is not pinned. */
export function printImage(image: Omit<Image, "name">): string {
  const tagged = `${image.repository}:${image.tag}`;
  return image.digest === undefined ? tagged : `${tagged}@${image.digest}`;
}

/** Takes `repository[:tag][@digest]` apart; the tag is `latest` where there is neither. */
export function parseImage(image: string): Omit<Image, "name"> {
  const [named = "", digest] = image.split("@", 2);
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const repository = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : "latest";
  return digest === undefined ? { repository, tag } : { repository, tag, digest };
}

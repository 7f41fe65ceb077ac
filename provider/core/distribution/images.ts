import type { Manifest } from "../manifest";
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
  const listed = listedImages(spec, release);
  if (typeof listed !== "string") return { images: listed, warnings: [] };
  const names = spec.components.join(", ");
  return {
    images: spec.components.flatMap((component) => taggedImage(spec, component, release)),
    warnings: [`The images of ${names} are not pinned by digest: ${listed}.`],
  };
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
  return registry === "" ? `fluxcd/${component}` : `${registry}/${component}`;
}

/** `repository:tag@digest`, or `repository:tag` where the image is not pinned. */
export function printImage(image: Omit<Image, "name">): string {
  const tagged = `${image.repository}:${image.tag}`;
  return image.digest === undefined ? tagged : `${tagged}@${image.digest}`;
}

/** The images that the rendered Deployments run, in the order of the components; patches count. */
export function runningImages(
  components: readonly Component[],
  manifests: readonly Manifest[],
): readonly Image[] {
  return components.flatMap((component) => {
    const deployment = manifests.find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === component,
    );
    const containers = deployment === undefined ? [] : deploymentContainers(deployment);
    const manager = containers.find((container) => container["name"] === "manager");
    const image = manager?.["image"];
    if (typeof image !== "string") return [];
    const { repository, ...version } = parseImage(image);
    return [{ name: component, repository: withRegistry(repository), ...version }];
  });
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

/** The repository with its registry, which Docker Hub's short names leave out. */
function withRegistry(repository: string): string {
  const [host = ""] = repository.split("/", 1);
  if (host === "docker.io") return `index.${repository}`;
  const named = repository.includes("/") && (/[.:]/.test(host) || host === "localhost");
  if (named) return repository;
  return `index.docker.io/${repository.includes("/") ? "" : "library/"}${repository}`;
}

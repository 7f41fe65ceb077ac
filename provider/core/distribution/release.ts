import type { Manifest } from "../manifest";
import type { Component, Variant } from "../spec/spec";

/** One line of an image list: the full source name, the tag, and the digest of the image. */
export interface ImageEntry {
  readonly name: string;
  readonly newTag: string;
  readonly digest?: string;
}

/** One Flux release as it is published: the files of `flux/<version>/` and `flux-images/<version>/`. */
export interface Release {
  /** The folder name, for example `v2.9.4`. */
  readonly version: string;
  /** `sha256:…` over the content of the files that were read. */
  readonly digest: string;
  /** The raw manifests of each component that was asked for and that this release has. */
  readonly components: ReadonlyMap<Component, readonly Manifest[]>;
  readonly rbac: readonly Manifest[];
  readonly policies: readonly Manifest[];
  /** The image list of each variant that this release has. */
  readonly images: ReadonlyMap<Variant, readonly ImageEntry[]>;
}

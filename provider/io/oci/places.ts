import type { Digest, Expected } from "../../core/oci/digest";
import type { Descriptor } from "../../core/oci/manifest";
import type { FetchedManifest } from "./registry-client";

/** Where an artifact is copied from: a repository or a layout. What it returns has been verified. */
export interface Origin {
  findManifest(reference: string): Promise<FetchedManifest | undefined>;
  blob(expected: Expected): Promise<Buffer>;
  referrers(digest: Digest): Promise<readonly Descriptor[]>;
}

/** Where it is copied to. */
export interface Target {
  /** The digest behind a tag, or a digest that is there. */
  resolve(reference: string): Promise<Digest | undefined>;
  findManifest(reference: string): Promise<FetchedManifest | undefined>;
  hasBlob(expected: Expected): Promise<boolean>;
  uploadBlob(content: Buffer): Promise<Digest>;
  pushManifest(content: Buffer, mediaType: string, tag?: string): Promise<Digest>;
  /** What it knows to refer to a manifest; undefined where that has to be kept behind a tag. */
  referrersByApi(digest: Digest): Promise<readonly Descriptor[] | undefined>;
}

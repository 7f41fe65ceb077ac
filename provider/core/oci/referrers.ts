import { isObject, type JsonObject } from "../manifest";
import { digestOf, hexOf, isDigest, type Digest } from "./digest";
import { IMAGE_INDEX, readJson, readManifest } from "./manifest";

/**
 * The tag behind which a registry without the referrers API keeps the list of what refers to a manifest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function referrersTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/** Signature, attestation, bill of materials: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const SUFFIXES = [".sig", ".att", ".sbom"];

/** The tags behind which cosign before version 3 keeps what it signed and attested. */
export function cosignTags(digest: Digest): readonly string[] {
  return SUFFIXES.map((suffix) => referrersTag(digest) + suffix);
}

/** True for a tag that stands for what belongs to another manifest, and for no artifact of its own. */
export function isAttached(tag: string | undefined): boolean {
  return tag !== undefined && /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/.test(tag);
}

/** What a manifest or an index says it refers to. */
export function subjectOf(where: string, content: Buffer): Digest | undefined {
  const { subject } = readJson(where, content);
  const digest = isObject(subject) ? subject["digest"] : undefined;
  return isDigest(digest) ? digest : undefined;
}

/** An entry of a list of referrers, as it is written. */
export type ReferrerEntry = JsonObject & { readonly artifactType?: string };

/**
 * A referrer as a list of referrers has it: with its type and its annotations.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests-with-subject
 */
export function describeReferrer(where: string, content: Buffer): ReferrerEntry {
  const value = readJson(where, content);
  const { mediaType } = readManifest(where, content);
  const { artifactType, config, annotations } = value;
  const type = artifactType ?? (isObject(config) ? config["mediaType"] : undefined);
  return {
    mediaType,
    digest: digestOf(content),
    size: content.length,
    ...(typeof type === "string" ? { artifactType: type } : {}),
    ...(isObject(annotations) ? { annotations } : {}),
  };
}

/**
 * A list of referrers with more entries; those that are in it stay as they are written.
 *
 * @param list the index that is there, if any
 * @returns undefined where it has them all
 */
export function withReferrers(
  where: string,
  list: Buffer | undefined,
  entries: readonly JsonObject[],
): Buffer | undefined {
  const known = list === undefined ? [] : entriesIn(where, list);
  const digests = new Set(known.map(({ digest }) => digest));
  const added = entries.filter(({ digest }) => !digests.has(digest));
  if (added.length === 0) return undefined;
  const manifests = [...known, ...added];
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests }));
}

function entriesIn(where: string, list: Buffer): readonly JsonObject[] {
  const { manifests } = readJson(where, list);
  return Array.isArray(manifests) ? manifests.filter((item) => isObject(item)) : [];
}

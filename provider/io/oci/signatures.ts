import { BUNDLE } from "../../core/signature/media-types";
import { hexOf, type Digest } from "../../core/oci/digest";
import { ArtifactError, type ArtifactErrorCode } from "../../core/oci/error";
import { readManifest, type ImageManifest } from "../../core/oci/manifest";
import type { FetchedManifest, RegistryClient } from "./registry-client";

/** A manifest that holds signatures of another one: each of its layers is one. */
export interface SignatureManifest extends FetchedManifest {
  readonly form: "bundle" | "simple";
  readonly image: ImageManifest;
  /** The tag it lies behind, by which alone the older form is found. */
  readonly tag?: string;
}

/** What one signature manifest may have wrong without being a reason not to look at the others. */
const ITS_OWN: readonly ArtifactErrorCode[] = [
  "not-found",
  "invalid-manifest",
  "digest-mismatch",
  "too-large",
];

/**
 * What cosign has attached to a manifest, each fetched when it is asked for: Sigstore bundles, which refer to it, and
 * then the older form behind the tag `sha256-<hex>.sig`.
 *
 * @param skip told of each that can't be read
 * @throws ArtifactError when the registry does not answer
 */
export async function* signaturesOf(
  client: RegistryClient,
  digest: Digest,
  skip: (reason: string) => void = () => undefined,
): AsyncGenerator<SignatureManifest, void, undefined> {
  const referrers = await attempt(() => client.referrers(digest), skip);
  for (const descriptor of referrers ?? []) {
    const found = await attempt(() => fetchImage(client, descriptor.digest), skip);
    // By the layer: some registries tell another `artifactType`, https://github.com/sigstore/cosign/issues/4641
    const isBundle = found?.image.layers[0]?.mediaType.startsWith(BUNDLE) ?? false;
    if (found !== undefined && isBundle) yield { ...found, form: "bundle" };
  }
  const tag = `sha256-${hexOf(digest)}.sig`;
  const found = await attempt(() => fetchTag(client, tag), skip);
  if (found !== undefined) yield { ...found, form: "simple", tag };
}

type Fetched = FetchedManifest & { readonly image: ImageManifest };

async function fetchImage(client: RegistryClient, reference: string): Promise<Fetched | undefined> {
  const manifest = await client.manifest(reference);
  const image = readManifest(reference, manifest.content, manifest.mediaType);
  return image.kind === "image" ? { ...manifest, image } : undefined;
}

/** Most artifacts have one form only. */
async function fetchTag(client: RegistryClient, tag: string): Promise<Fetched | undefined> {
  try {
    return await fetchImage(client, tag);
  } catch (error) {
    if (error instanceof ArtifactError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** A step that may fail for what it reads, but not for the registry. */
export async function attempt<T>(
  step: () => Promise<T>,
  skip: (reason: string) => void,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ArtifactError) || !ITS_OWN.includes(error.code)) throw error;
    skip(error.message);
    return undefined;
  }
}

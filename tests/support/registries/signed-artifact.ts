import { digestOf, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import { describeReferrer, referrersTag } from "../../../provider/core/oci/referrers";
import type { RegistryClient } from "../../../provider/io/oci/registry-client";
import { tarGzip } from "./archive";
import { artifactOf, push, smallRelease, type TestArtifact } from "./artifact";

/** The type of a Sigstore bundle. https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md */
export const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const EMPTY = Buffer.from("{}");

const describe = (mediaType: string, content: Buffer) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

/** A manifest with some content that refers to another one, or to none. */
export interface Attached {
  readonly manifest: Buffer;
  readonly content: Buffer;
}

/** A manifest as `cosign` pushes it, with spaces, so that only a copy byte for byte keeps its digest. */
export function attached(text: string, subject?: Buffer): Attached {
  const content = Buffer.from(text);
  const value = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: BUNDLE,
    config: describe("application/vnd.oci.empty.v1+json", EMPTY),
    layers: [describe(BUNDLE, content)],
    annotations: { "dev.sigstore.bundle.content": text },
    ...(subject && { subject: describe(IMAGE_MANIFEST, subject) }),
  };
  return { manifest: Buffer.from(JSON.stringify(value, null, 3)), content };
}

/** A release as an index of two images, its bundle, a bundle of that one, and a signature of the old kind. */
export interface SignedArtifact {
  readonly index: Buffer;
  readonly digest: Digest;
  readonly images: readonly TestArtifact[];
  readonly bundle: Attached;
  readonly bundleOfBundle: Attached;
  readonly signature: Attached;
}

export function signedArtifact(version = "v2.9.9"): SignedArtifact {
  const images = ["amd64", "arm64"].map((mark) => artifactOf(tarGzip(smallRelease(version, mark))));
  const manifests = images.map(({ manifest }, at) => ({
    ...describe(IMAGE_MANIFEST, manifest),
    platform: { os: "linux", architecture: at === 0 ? "amd64" : "arm64" },
  }));
  const index = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests }, null, 2),
  );
  const bundle = attached("a bundle", index);
  return {
    index,
    digest: digestOf(index),
    images,
    bundle,
    bundleOfBundle: attached("a bundle of the bundle", bundle.manifest),
    signature: attached("a signature"),
  };
}

/** Pushes all of it, with lists of referrers where the registry has no API for them. */
export async function pushSigned(
  client: RegistryClient,
  artifact: SignedArtifact,
  tag: string,
): Promise<void> {
  const { images, index, digest, bundle, bundleOfBundle, signature } = artifact;
  for (const image of images) await push(client, image, image.digest);
  await client.pushManifest(index, IMAGE_INDEX, tag);
  await pushAttached(client, signature, `${referrersTag(digest)}.sig`);
  await refer(client, digest, bundle);
  await refer(client, digestOf(bundle.manifest), bundleOfBundle);
}

/** Pushes what refers to a manifest. */
export async function refer(
  client: RegistryClient,
  subject: Digest,
  referrer: Attached,
): Promise<void> {
  await pushAttached(client, referrer);
  if ((await client.referrersByApi(subject)) !== undefined) return;
  const manifests = [describeReferrer("a test", referrer.manifest)];
  const list = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests }));
  await client.pushManifest(list, IMAGE_INDEX, referrersTag(subject));
}

async function pushAttached(
  client: RegistryClient,
  { manifest, content }: Attached,
  tag?: string,
): Promise<void> {
  await client.pushBlob(EMPTY);
  await client.pushBlob(content);
  await client.pushManifest(manifest, IMAGE_MANIFEST, tag);
}

/** Every manifest of it, with lists of referrers left out. */
export function manifestsOf(artifact: SignedArtifact): readonly Buffer[] {
  const { index, images, bundle, bundleOfBundle, signature } = artifact;
  return [
    index,
    ...images.map(({ manifest }) => manifest),
    bundle.manifest,
    bundleOfBundle.manifest,
    signature.manifest,
  ];
}

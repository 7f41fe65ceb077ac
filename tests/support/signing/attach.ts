import { digestOf, hexOf, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import type { Target } from "../registries/stored";

const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
const EMPTY = Buffer.from("{}");

/** A payload and the annotations with its signature. */
export interface Simple {
  readonly payload: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

const describe = (mediaType: string, content: Buffer) => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

/**
 * Attaches bundles to a manifest as cosign does: each by a manifest that refers to it, and an index of them behind the
 * tag of the digest, for registries without the referrers API.
 */
export async function attachBundles(
  target: Target,
  subject: Buffer,
  bundles: readonly (object | Buffer)[],
  layerType = BUNDLE,
): Promise<readonly Digest[]> {
  const manifests: Buffer[] = [];
  await target.pushBlob(EMPTY);
  for (const bundle of bundles) {
    const content = Buffer.isBuffer(bundle) ? bundle : Buffer.from(JSON.stringify(bundle));
    await target.pushBlob(content);
    const manifest = toBuffer({
      schemaVersion: 2,
      mediaType: IMAGE_MANIFEST,
      artifactType: layerType,
      config: describe("application/vnd.oci.empty.v1+json", EMPTY),
      layers: [describe(layerType, content)],
      subject: describe(IMAGE_MANIFEST, subject),
    });
    await target.pushManifest(manifest, IMAGE_MANIFEST);
    manifests.push(manifest);
  }
  const list = manifests.map((manifest) => ({
    ...describe(IMAGE_MANIFEST, manifest),
    artifactType: layerType,
  }));
  const index = toBuffer({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests: list });
  await target.pushManifest(index, IMAGE_INDEX, `sha256-${hexOf(digestOf(subject))}`);
  return manifests.map(digestOf);
}

/** Attaches signatures in the older form: layers of one manifest behind the tag of the digest. */
export async function attachSimple(
  target: Target,
  subject: Digest,
  signatures: readonly Simple[],
): Promise<Digest> {
  await target.pushBlob(EMPTY);
  for (const { payload } of signatures) await target.pushBlob(payload);
  const manifest = toBuffer({
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    config: describe("application/vnd.oci.image.config.v1+json", EMPTY),
    layers: signatures.map(({ payload, annotations }) => ({
      ...describe(SIMPLE, payload),
      annotations,
    })),
  });
  return await target.pushManifest(manifest, IMAGE_MANIFEST, `sha256-${hexOf(subject)}.sig`);
}

function toBuffer(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

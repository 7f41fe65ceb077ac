import { verified, type Digest, type Expected } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { contentOf, imageOf, readManifest } from "../../core/oci/manifest";
import type { Files } from "../../core/oci/tar";
import { unpack } from "../../core/oci/unpack";

/** Verified content by digest: a registry behind the cache, or a folder. */
export interface ImageContent {
  manifest(expected: Expected): Promise<Buffer>;
  blob(expected: Expected): Promise<Buffer>;
}

/**
 * The files of the artifact behind a digest: those of its first layer, whatever its media type (behaviour: OCI artifact).
 *
 * @throws ArtifactError
 */
export async function filesOf(
  where: string,
  digest: Digest,
  content: ImageContent,
): Promise<Files> {
  const read = async (expected: Expected) =>
    readManifest(where, verified(where, await content.manifest(expected), expected));
  const top = await read({ digest });
  const image = top.kind === "image" ? top : await read(imageOf(where, top));
  if (image.kind === "index") {
    const reason = "is an index of indexes; name one of its images by digest";
    throw new ArtifactError("invalid-manifest", where, reason);
  }
  return unpack(where, await content.blob(contentOf(where, image)));
}

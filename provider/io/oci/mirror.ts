import type { Digest } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { Copy, type Mirrored } from "./mirror-copy";
import type { Origin, Target } from "./places";

/** What is to be copied, and how messages name it. */
export interface Wish {
  readonly where: string;
  /** A tag or a digest of the origin. */
  readonly reference: string;
  /** The tag at the destination; without it the artifact is there by its digest alone. */
  readonly tag?: string | undefined;
}

export interface MirrorReport {
  readonly digest: Digest;
  /** In the order they were done. */
  readonly items: readonly Mirrored[];
  readonly warnings: readonly string[];
}

/**
 * Copies an artifact with its signatures, byte for byte; what is there already is left alone. Content comes before the
 * manifest that names it and the tag comes last, so that a copy that fails leaves no tag without content.
 *
 * @throws ArtifactError
 */
export async function mirror(from: Origin, to: Target, wish: Wish): Promise<MirrorReport> {
  const root = await from.findManifest(wish.reference);
  if (root === undefined) {
    const reason = "there is no such artifact; check the repository, and the tag or digest";
    throw new ArtifactError("not-found", wish.where, reason);
  }
  const copy = new Copy(from, to, wish.where);
  await copy.withReferrers(root, "artifact");
  await copy.tag(root, wish.tag);
  if (copy.attached === 0)
    copy.warnings.push(`${wish.where} has no signature that could be copied`);
  return { digest: root.digest, items: copy.items, warnings: copy.warnings };
}

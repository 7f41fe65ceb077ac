import type { Digest } from "../core/oci/digest";
import type { Files } from "../core/oci/tar";

/** A distribution artifact that was found and not yet read. */
export interface Artifact {
  /** What its reference names: an image manifest, an index, or an archive. */
  readonly digest: Digest;
  /** Reads and unpacks it. */
  files(): Promise<Files>;
}

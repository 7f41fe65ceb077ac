import { ArtifactError, type ArtifactErrorCode } from "../core/oci/error";
import { readRegular, UnreadableFile } from "./file";

const CODES: Readonly<Record<UnreadableFile["kind"], ArtifactErrorCode>> = {
  missing: "not-found",
  "too-large": "too-large",
  other: "unavailable",
};

/**
 * The content of a file of an artifact.
 *
 * @param limit the largest size that is read, in bytes
 * @throws ArtifactError when it can't be read, or is larger
 */
export async function readLimited(path: string, limit: number): Promise<Buffer> {
  try {
    return await readRegular(path, limit);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new ArtifactError(CODES[cause.kind], path, cause.message, { cause });
  }
}

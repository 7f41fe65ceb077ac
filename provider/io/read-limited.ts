import { open, readFile } from "node:fs/promises";
import { ArtifactError } from "../core/oci/error";
import { printSize } from "../core/oci/limits";
import { isMissing } from "./parsed-files";

/**
 * The content of a file of an artifact.
 *
 * @param limit the largest size that is read, in bytes
 * @throws ArtifactError when it is not there, or larger
 */
export async function readLimited(path: string, limit: number): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
    throw new ArtifactError("not-found", path, "there is no such file", { cause });
  });
  try {
    const { size } = await file.stat();
    if (size <= limit) return await readFile(file);
  } finally {
    await file.close();
  }
  throw new ArtifactError("too-large", path, `is larger than ${printSize(limit)}`);
}

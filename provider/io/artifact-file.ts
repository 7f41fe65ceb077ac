import { stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, type Expected } from "../core/oci/digest";
import { LIMITS } from "../core/oci/limits";
import { unpack } from "../core/oci/unpack";
import type { Artifact } from "./artifact";
import { filesOf } from "./oci/image";
import { Layout } from "./oci/layout";
import { isMissing } from "./file";
import { readLimited } from "./read-limited";

/**
 * The artifact at a path: an OCI layout, or a tar archive; undefined for any other folder and for nothing.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 *
 * @throws ArtifactError
 */
export async function fileArtifact(path: string): Promise<Artifact | undefined> {
  const kind = await kindOf(path);
  if (kind === "archive") return await archiveArtifact(path);
  if (kind !== "folder" || (await kindOf(join(path, "oci-layout"))) !== "archive") return undefined;
  return await layoutArtifact(path);
}

async function kindOf(path: string): Promise<"archive" | "folder" | "nothing"> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "archive" : "nothing";
  } catch (error) {
    if (isMissing(error)) return "nothing";
    throw error;
  }
}

async function archiveArtifact(path: string): Promise<Artifact> {
  const content = await readLimited(path, LIMITS.unpacked);
  return { digest: digestOf(content), files: () => Promise.resolve(unpack(path, content)) };
}

async function layoutArtifact(folder: string): Promise<Artifact> {
  const layout = new Layout(folder);
  const { digest } = await layout.chosen();
  const content = {
    manifest: async (expected: Expected) => (await layout.manifest(expected.digest)).content,
    blob: (expected: Expected) => layout.blob(expected),
  };
  return { digest, files: () => filesOf(folder, digest, content) };
}

import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, hexOf, verified, type Expected } from "../core/oci/digest";
import { ArtifactError } from "../core/oci/error";
import { LIMITS, printSize } from "../core/oci/limits";
import { readManifest, type Descriptor } from "../core/oci/manifest";
import { unpack } from "../core/oci/unpack";
import type { Artifact } from "./artifact";
import { filesOf } from "./oci/image";
import { isMissing } from "./parsed-files";

/** The name under which tools keep the tag of an image in a layout. */
const TAG = "org.opencontainers.image.ref.name";

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
  const index = readManifest(
    folder,
    await readLimited(join(folder, "index.json"), LIMITS.manifest),
  );
  if (index.kind !== "index") {
    throw new ArtifactError("invalid-manifest", folder, "its index.json is no image index");
  }
  const { digest } = chosenIn(folder, index.manifests);
  const blob = async (expected: Expected, limit: number) => {
    const file = join(folder, "blobs", "sha256", hexOf(expected.digest));
    return verified(file, await readLimited(file, limit), expected);
  };
  const content = {
    manifest: (expected: Expected) => blob(expected, LIMITS.manifest),
    blob: (expected: Expected) => blob(expected, LIMITS.layer),
  };
  return { digest, files: () => filesOf(folder, digest, content) };
}

/** The only manifest of a layout, else the one that is tagged `latest`. */
function chosenIn(folder: string, manifests: readonly Descriptor[]): Descriptor {
  const latest = manifests.filter(({ annotations }) => annotations[TAG] === "latest");
  const [chosen, second] = manifests.length === 1 ? manifests : latest;
  if (chosen !== undefined && second === undefined) return chosen;
  const tags = manifests.map(({ annotations, digest }) => annotations[TAG] ?? digest).join(", ");
  const reason = `the layout holds ${manifests.length} manifests (${tags}); it must hold one, or one tagged "latest"`;
  throw new ArtifactError("invalid-manifest", folder, reason);
}

async function readLimited(path: string, limit: number): Promise<Buffer> {
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

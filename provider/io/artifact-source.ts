import { fileURLToPath } from "node:url";
import { ArtifactError } from "../core/oci/error";
import { parseReference, printReference } from "../core/oci/reference";
import { fileArtifact } from "./artifact-file";
import { artifactReleases } from "./artifact-releases";
import { directory } from "./directory";
import type { ArtifactAccess } from "./oci/access";
import { ArtifactCache } from "./oci/cache";
import type { ReleaseSource } from "./release-source";

/**
 * The releases of an artifact: `oci://…` in a registry; `file://…` a folder with `flux/`, an OCI layout, or a tar
 * archive, told apart by what they hold. Nothing is read before the first call.
 *
 * @throws ArtifactError when the text is neither
 */
export function artifactSource(artifact: string, access: ArtifactAccess): ReleaseSource {
  const cache = new ArtifactCache(access.surroundings.cacheFolder, access.warn);
  const stores = { files: access.files, cache };
  if (artifact.startsWith("oci://")) {
    const reference = parseReference(artifact);
    const title = `the artifact ${printReference(reference)}`;
    // Loaded when it is needed, as it brings the network.
    const find = async () =>
      (await import("./artifact-registry.js")).registryArtifact(reference, access, cache);
    return artifactReleases(title, find, stores);
  }
  if (access.verify !== undefined) {
    const reason =
      "has no signature that could be verified; distribution.verify is for oci:// only";
    throw new ArtifactError("invalid-policy", `"${artifact}"`, reason);
  }
  const path = pathOf(artifact);
  const plain = directory(path, access.files);
  let found: Promise<ReleaseSource> | undefined;
  const find = () =>
    (found ??= fileArtifact(path).then((file) =>
      file === undefined
        ? plain
        : artifactReleases(`the artifact ${path}`, () => Promise.resolve(file), stores),
    ));
  return {
    title: plain.title,
    versions: async () => (await find()).versions(),
    load: async (version, components) => (await find()).load(version, components),
  };
}

function pathOf(artifact: string): string {
  try {
    return fileURLToPath(artifact);
  } catch (cause) {
    const reason =
      'is no absolute file URL; write it as "file:///folder", or "oci://registry/repository"';
    throw new ArtifactError("invalid-reference", `"${artifact}"`, reason, { cause });
  }
}

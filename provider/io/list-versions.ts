import { ArtifactError } from "../core/oci/error";
import { InvalidInput } from "../core/problem";
import { newestFirst } from "../core/version/version";
import { embedded } from "./embedded";
import type { ArtifactAccess } from "./oci/access";

/**
 * The Flux versions of an artifact, else of this package, newest first.
 *
 * @param artifact `oci://…` or `file://…`
 * @throws InvalidInput when the artifact can't be had, or holds none
 */
export async function listVersions(
  artifact: string | undefined,
  access: ArtifactAccess,
): Promise<readonly string[]> {
  try {
    const source =
      artifact === undefined
        ? embedded(access.files)
        : (await import("./artifact-source.js")).artifactSource(artifact, access);
    const versions = newestFirst(await source.versions()).map(({ text }) => text);
    if (versions.length > 0) return versions;
    throw invalid(`no Flux release in ${source.title}: there is no folder "flux/<version>"`);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw Object.assign(invalid(error.message), { cause: error });
  }
}

function invalid(reason: string): InvalidInput {
  return new InvalidInput("The Flux versions can't be listed", [
    { path: "--distribution", reason },
  ]);
}

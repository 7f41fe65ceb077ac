import { ArtifactError, type ArtifactErrorCode } from "../core/oci/error";
import { InvalidInput } from "../core/problem";
import { newestFirst } from "../core/version/version";
import { embedded } from "./embedded";
import type { ArtifactAccess } from "./oci/access";
import type { ReleaseSource } from "./release-source";

/** A source and the releases that are in it. */
export interface Opened {
  readonly source: ReleaseSource;
  /** The folder names, at least one, newest first. */
  readonly versions: readonly string[];
  /** The digest of the artifact; empty where there is none. */
  readonly digest: string;
}

/** What belongs to the policy, and not to the artifact. */
const OF_VERIFY: readonly ArtifactErrorCode[] = ["invalid-policy", "unsigned", "unverified"];

/**
 * Opens the source that a spec names: an artifact, else the releases of this package.
 *
 * @param artifact `oci://…` or `file://…`
 * @param headline of the error
 * @throws InvalidInput when the artifact can't be had, or holds no release
 */
export async function openSource(
  artifact: string | undefined,
  access: ArtifactAccess,
  headline: string,
): Promise<Opened> {
  return await told(headline, async () => {
    const source = await sourceOf(artifact, access);
    const versions = newestFirst(await source.versions()).map(({ text }) => text);
    if (versions.length === 0) {
      const reason = `no Flux release in ${source.title}: there is no folder "flux/<version>"`;
      throw invalid(headline, "distribution.artifact", reason);
    }
    return { source, versions, digest: (await source.digest?.()) ?? "" };
  });
}

/** What reads artifacts is loaded when there is one. */
async function sourceOf(
  artifact: string | undefined,
  access: ArtifactAccess,
): Promise<ReleaseSource> {
  if (artifact === undefined) return embedded(access.files);
  return (await import("./artifact-source.js")).artifactSource(artifact, access);
}

/** Tells what is wrong with an artifact as a problem of the property that is about it. */
export async function told<T>(headline: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    const path = OF_VERIFY.includes(error.code) ? "distribution.verify" : "distribution.artifact";
    throw Object.assign(invalid(headline, path, error.message), { cause: error });
  }
}

function invalid(headline: string, path: string, reason: string): InvalidInput {
  return new InvalidInput(headline, [{ path, reason }]);
}

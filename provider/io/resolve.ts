import type { Release } from "../core/distribution/release";
import { ArtifactError } from "../core/oci/error";
import { InvalidInput } from "../core/problem";
import type { Component, DistributionSpec } from "../core/spec/spec";
import { selectVersion } from "../core/version/select";
import { embedded } from "./embedded";
import type { ArtifactAccess } from "./oci/access";
import type { ParsedFiles } from "./parsed-files";
import type { Reach } from "./reach";
import type { ReleaseSource } from "./release-source";

const WITHOUT_CACHE: Reach = { surroundings: {}, warn: () => undefined };

/**
 * The source that a spec names: an artifact, else the releases of this package. What reads artifacts is loaded when
 * there is one.
 *
 * @throws ArtifactError when what it names is no reference and no file URL
 */
async function sourceOf(
  artifact: string | undefined,
  access: ArtifactAccess,
): Promise<ReleaseSource> {
  if (artifact === undefined) return embedded(access.files);
  return (await import("./artifact-source.js")).artifactSource(artifact, access);
}

/** A release that was chosen and not yet read. */
export interface Chosen {
  readonly version: string;
  /** Reads it; of the components only those asked for. Throws InvalidInput when the artifact can't be had. */
  load(components: readonly Component[]): Promise<Release>;
}

/**
 * Chooses the newest release of the source that the version range allows.
 *
 * @throws InvalidInput when the source has no release, or none that matches
 */
export async function choose(
  { artifact, version }: Pick<DistributionSpec, "artifact" | "version">,
  files: ParsedFiles,
  reach: Reach = WITHOUT_CACHE,
): Promise<Chosen> {
  const { source, available } = await open(artifact, { ...reach, files });
  if (available.length === 0) {
    const reason = `no Flux release in ${source.title}: there is no folder "flux/<version>"`;
    throw invalid("distribution.artifact", reason);
  }
  const selected = selectVersion(version, available);
  if ("version" in selected) {
    const { version: chosen } = selected;
    return { version: chosen, load: (components) => told(() => source.load(chosen, components)) };
  }
  const remedy = artifact === undefined ? "; distribution.artifact brings other versions" : "";
  throw invalid("distribution.version", `${selected.problem} (${source.title}${remedy})`);
}

interface Opened {
  readonly source: ReleaseSource;
  readonly available: readonly string[];
}

function open(artifact: string | undefined, access: ArtifactAccess): Promise<Opened> {
  return told(async () => {
    const source = await sourceOf(artifact, access);
    return { source, available: await source.versions() };
  });
}

/** Tells what is wrong with an artifact as a problem of the property that names it. */
async function told<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw Object.assign(invalid("distribution.artifact", error.message), { cause: error });
  }
}

function invalid(path: string, reason: string): InvalidInput {
  return new InvalidInput("The Flux distribution can't be resolved", [{ path, reason }]);
}

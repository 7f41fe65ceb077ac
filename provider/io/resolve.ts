import type { Release } from "../core/distribution/release";
import { InvalidInput } from "../core/problem";
import type { Component, DistributionSpec } from "../core/spec/spec";
import { selectVersion } from "../core/version/select";
import type { ParsedFiles } from "./parsed-files";
import type { Reach } from "./reach";
import { openSource, told } from "./source";

const WITHOUT_CACHE: Reach = { surroundings: {}, warn: () => undefined };

/** Of every error about what the distribution of a spec resolves to. */
export const UNRESOLVED = "The Flux distribution can't be resolved";

/** A release that was chosen and not yet read. */
export interface Chosen {
  readonly version: string;
  /** The digest of the artifact that it is in; empty where it is in none. */
  readonly digest: string;
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
  const { source, versions, digest } = await openSource(artifact, { ...reach, files }, UNRESOLVED);
  const selected = selectVersion(version, versions);
  if ("version" in selected) {
    const { version: chosen } = selected;
    const load: Chosen["load"] = (components) =>
      told(UNRESOLVED, () => source.load(chosen, components));
    return { version: chosen, digest, load };
  }
  const remedy = artifact === undefined ? "; distribution.artifact brings other versions" : "";
  const reason = `${selected.problem} (${source.title}${remedy})`;
  throw new InvalidInput(UNRESOLVED, [{ path: "distribution.version", reason }]);
}

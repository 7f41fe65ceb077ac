import { fileURLToPath } from "node:url";
import { InvalidInput } from "../core/problem";
import type { DistributionSpec } from "../core/spec/spec";
import { selectVersion } from "../core/version/select";
import { directory } from "./directory";
import { embedded } from "./embedded";
import type { ParsedFiles } from "./parsed-files";
import type { ReleaseSource } from "./release-source";

/** The source that a spec names: a folder, else the releases of this package. */
export function sourceOf(artifact: string | undefined, files: ParsedFiles): ReleaseSource {
  return artifact === undefined ? embedded(files) : directory(folderOf(artifact), files);
}

function folderOf(artifact: string): string {
  try {
    return fileURLToPath(artifact);
  } catch {
    const reason = `"${artifact}" is no absolute file URL; write it as "file:///folder"`;
    throw invalid("distribution.artifact", reason);
  }
}

/** A release that was chosen and not yet read. */
export interface Chosen {
  readonly source: ReleaseSource;
  readonly version: string;
}

/**
 * Chooses the newest release of the source that the version range allows.
 *
 * @throws InvalidInput when the source has no release, or none that matches
 */
export async function choose(
  { artifact, version }: DistributionSpec,
  files: ParsedFiles,
): Promise<Chosen> {
  const source = sourceOf(artifact, files);
  const available = await source.versions();
  if (available.length === 0) {
    const reason = `no Flux release in ${source.title}: there is no folder "flux/<version>"`;
    throw invalid("distribution.artifact", reason);
  }
  const selected = selectVersion(version, available);
  if ("version" in selected) return { source, version: selected.version };
  const remedy = artifact === undefined ? "; distribution.artifact brings other versions" : "";
  throw invalid("distribution.version", `${selected.problem} (${source.title}${remedy})`);
}

function invalid(path: string, reason: string): InvalidInput {
  return new InvalidInput("The Flux distribution can't be resolved", [{ path, reason }]);
}

import { InvalidInput } from "../core/problem";
import { parseReference, printReference } from "../core/oci/reference";
import type { DistributionSpec } from "../core/spec/spec";
import type { ParsedFiles } from "./parsed-files";
import type { Reach } from "./reach";
import { choose, UNRESOLVED, type Chosen } from "./resolve";

/** A release that a lock keeps. */
export interface Kept {
  /** The folder name, for example `v2.9.4`. */
  readonly version: string;
  /** The digest of the artifact that it is in; empty where it is in none. */
  readonly digest: string;
}

/** What a lock is asked: the args that it keeps a release for, and what they resolve to now, or why to nothing. */
export interface LockRequest {
  readonly version: string;
  readonly artifact?: string;
  readonly candidate?: Kept;
  readonly unresolved?: string;
}

/** Keeps the first candidate until `version` or `artifact` change. */
export type Lock = (request: LockRequest) => Promise<Kept>;

/**
 * Chooses the release that a lock keeps.
 *
 * @throws InvalidInput when the source does not have it any more
 */
export async function choosePinned(
  { artifact }: Pick<DistributionSpec, "artifact">,
  kept: Kept,
  files: ParsedFiles,
  reach: Reach,
): Promise<Chosen> {
  const pinned = {
    version: kept.version,
    ...(artifact !== undefined && { artifact: pin(artifact, kept.digest) }),
  };
  const chosen = await choose(pinned, files, reach);
  if (chosen.digest === kept.digest) return chosen;
  const reason =
    `holds ${chosen.digest} now, and the locked release is in ${kept.digest}; ` +
    "bring that back, or change distribution.version or distribution.artifact to move on";
  throw new InvalidInput(UNRESOLVED, [{ path: "distribution.artifact", reason }]);
}

/** A reference in a registry can name a digest; a file can't. */
function pin(artifact: string, digest: string): string {
  if (!artifact.startsWith("oci://") || digest === "") return artifact;
  return `oci://${printReference(parseReference(`${withoutDigest(artifact)}@${digest}`))}`;
}

function withoutDigest(artifact: string): string {
  return artifact.split("@", 1)[0] ?? artifact;
}

/** Tells that a lock keeps an older release than there is. */
export function printNewer(kept: Kept, candidate: Kept): string {
  return (
    `locked to ${print(kept)}, and ${print(candidate)} is there now; ` +
    "change distribution.version or distribution.artifact to move on"
  );
}

function print({ version, digest }: Kept): string {
  return digest === "" ? `Flux ${version}` : `Flux ${version} in ${digest}`;
}

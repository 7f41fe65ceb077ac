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

const MOVE_ON =
  "to move on, change distribution.version or distribution.artifact, or replace the lock (`pulumi up --replace URN`)";

/**
 * Chooses the release that a lock keeps.
 *
 * @throws InvalidInput when the source does not have it any more, or can't be reached
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
  const chosen = await asLocked(kept, () => choose(pinned, files, reach));
  const load: Chosen["load"] = (components) => asLocked(kept, () => chosen.load(components));
  if (chosen.digest === kept.digest) return { ...chosen, load };
  const reason = `holds ${chosen.digest} now, and the locked release is in ${kept.digest}; bring that back; ${MOVE_ON}`;
  throw new InvalidInput(UNRESOLVED, [{ path: "distribution.artifact", reason }]);
}

/** Tells with each problem that it is about the locked release: the args don't show it. */
async function asLocked<T>(kept: Kept, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const problems = error.problems.map(({ path, reason }) => ({
      path,
      reason: `${reason}; it is locked to ${print(kept)}; ${MOVE_ON}`,
    }));
    throw Object.assign(new InvalidInput(error.headline, problems), { cause: error });
  }
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
  return `locked to ${print(kept)}, and ${print(candidate)} is there now; ${MOVE_ON}`;
}

function print({ version, digest }: Kept): string {
  return digest === "" ? `Flux ${version}` : `Flux ${version} in ${digest}`;
}

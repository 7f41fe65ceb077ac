import { FLUX_KINDS, type FluxKind } from "../../core/lifecycle/kinds";
import { printUse, type Use } from "../../core/lifecycle/migration-uses";
import { removedComponents, type Change } from "../../core/lifecycle/transition";
import { warningsOf } from "../../core/lifecycle/transition-warnings";
import { connect, type Cluster } from "../cluster/cluster";
import type { Access } from "../cluster/connection";
import { isClusterError } from "../cluster/error";
import type { Call } from "./lifecycle";
import { usesOfRemovedVersions } from "./removed-versions";
import type { TransitionInputs } from "./transition-inputs";
import { findObjects, printCounts } from "./uninstall-objects";

/** From the inputs of the last update to those of this one. */
interface Update extends Change {
  readonly old: TransitionInputs;
  readonly next: TransitionInputs;
}

/**
 * Warns of what an update removes, with counts from the cluster, and of API versions that go while they are in use. What
 * cannot be read is left out, with one warning.
 *
 * @param access undefined where the cluster is not known
 */
export async function tellOutlook(
  update: Update,
  call: Call,
  access: Access | undefined,
): Promise<void> {
  const isAsked = removedComponents(update).length > 0 || losesVersions(update);
  const seen = isAsked && access !== undefined ? await look(update, access, call) : NOTHING_SEEN;
  for (const line of [...warningsOf(update, seen.counts), ...seen.uses.map(printUse)]) {
    call.warn(line);
  }
}

interface Seen {
  /** The custom resources of removed components, in words; undefined where they were not counted. */
  readonly counts: string | undefined;
  readonly uses: readonly Use[];
}

const NOTHING_SEEN: Seen = { counts: undefined, uses: [] };

async function look(update: Update, access: Access, call: Call): Promise<Seen> {
  try {
    const cluster = await connect(update.next.connection, access);
    const [counts, uses] = await Promise.all([
      countRemoved(cluster, update),
      findUses(cluster, update),
    ]);
    return { counts, uses };
  } catch (error) {
    if (!isClusterError(error) || call.signal.aborted) throw error;
    call.warn(`could not look at the cluster: ${error.message}`);
    return NOTHING_SEEN;
  }
}

function losesVersions({ old, next }: Update): boolean {
  return JSON.stringify(old.definitions) !== JSON.stringify(next.definitions);
}

async function countRemoved(cluster: Cluster, change: Change): Promise<string | undefined> {
  const removed = removedComponents(change);
  if (removed.length === 0) return undefined;
  const kinds: Readonly<Record<string, readonly FluxKind[]>> = FLUX_KINDS;
  const found = await findObjects(
    cluster,
    removed.flatMap((name) => kinds[name] ?? []),
  );
  return printCounts(found);
}

async function findUses(cluster: Cluster, { old, next }: Update): Promise<readonly Use[]> {
  return await usesOfRemovedVersions(cluster, {
    before: old.definitions,
    after: next.definitions,
    own: [next.manager],
  });
}

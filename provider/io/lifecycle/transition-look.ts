import { FLUX_KINDS, type FluxKind } from "../../core/lifecycle/kinds";
import type { Use } from "../../core/lifecycle/migration-uses";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import type { Existing } from "../../core/lifecycle/ownership";
import { removedComponents, type Change } from "../../core/lifecycle/transition";
import type { JsonObject } from "../../core/manifest";
import { connect, type Cluster } from "../cluster/cluster";
import type { Access, Connection } from "../cluster/connection";
import { versionsOf } from "../cluster/discovery";
import { isClusterError } from "../cluster/error";
import { clusterUid } from "../cluster/identity";
import { collect } from "../cluster/list";
import type { Surroundings } from "../oci/access";
import { firstOf } from "../signal";
import { newObjects } from "./adoption-inputs";
import { findExisting } from "./adoption-objects";
import type { Call } from "./lifecycle";
import { usesOfRemovedVersions } from "./removed-versions";
import type { TransitionInputs } from "./transition-inputs";
import { findObjects, printCounts } from "./uninstall-objects";

/** What is looked for. */
export interface Occasion {
  readonly next: TransitionInputs;
  readonly last: TransitionInputs | undefined;
  /** The inputs that lead to the cluster have changed. */
  readonly isMoved: boolean;
}

/** What a look at the cluster has told. */
export interface Sight {
  /** The former inputs lead to another cluster. */
  readonly isElsewhere: boolean;
  /** New objects of the instance that the cluster has already. */
  readonly met: readonly Existing[];
  /** The FluxInstance objects of Flux Operator. */
  readonly operators: readonly JsonObject[];
  /** The custom resources of removed components, in words; undefined where they were not counted. */
  readonly counts: string | undefined;
  readonly uses: readonly Use[];
  /** Why something was not answered. */
  readonly failure?: string;
}

export const NOTHING_SEEN: Sight = {
  isElsewhere: false,
  met: [],
  operators: [],
  counts: undefined,
  uses: [],
};

/** All questions of one check together, in milliseconds. */
const TIME_LIMIT = 3_000;
/** What an API server that refuses connections is given, in milliseconds. */
const PATIENCE = 1_000;

const OPERATOR_GROUP = "fluxcd.controlplane.io";

/** How a cluster is asked within a preview: not for long. */
export function glance(surroundings: Surroundings, signal: AbortSignal): Access {
  const limit = AbortSignal.timeout(TIME_LIMIT);
  return { surroundings, signal: firstOf(signal, limit), patience: PATIENCE };
}

/** Only reads; what can't be read is left open. */
export async function look(
  { next, last, isMoved }: Occasion,
  call: Call,
  surroundings: Surroundings,
): Promise<Sight> {
  const access = glance(surroundings, call.signal);
  let failure: string | undefined;
  const ask = async <T>(otherwise: T, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      if (!isClusterError(error) || call.signal.aborted) throw error;
      failure ??= error.message;
      return otherwise;
    }
  };
  const sight = await ask(NOTHING_SEEN, async () => {
    const cluster = await connect(next.connection, access);
    const isElsewhere =
      last !== undefined && isMoved && (await differs(cluster, last.connection, access));
    const change = last === undefined || isElsewhere ? undefined : { old: last, next };
    const added = newObjects(next.objects, change?.old.objects ?? []);
    const [met, operators, counts, uses] = await Promise.all([
      ask([], () => findExisting(cluster, added)),
      ask([], () => findOperators(cluster, added)),
      ask(undefined, () => countRemoved(cluster, change)),
      ask([], () => findUses(cluster, change)),
    ]);
    return { isElsewhere, met, operators, counts, uses };
  });
  return failure === undefined ? sight : { ...sight, failure };
}

/** Whether a former connection leads to another cluster; not where it leads nowhere any more. */
async function differs(cluster: Cluster, former: Connection, access: Access): Promise<boolean> {
  const uid = await clusterUid(cluster);
  try {
    return (await clusterUid(await connect(former, access))) !== uid;
  } catch (error) {
    if (!isClusterError(error)) throw error;
    return false;
  }
}

async function findOperators(
  cluster: Cluster,
  added: readonly ObjectReference[],
): Promise<readonly JsonObject[]> {
  if (added.length === 0) return [];
  const [version] = await versionsOf(cluster, OPERATOR_GROUP);
  if (version === undefined) return [];
  const type = { group: OPERATOR_GROUP, version, plural: "fluxinstances" };
  return await collect(cluster.list(type, { metadataOnly: true }));
}

async function countRemoved(
  cluster: Cluster,
  change: Change | undefined,
): Promise<string | undefined> {
  const removed = change === undefined ? [] : removedComponents(change);
  if (removed.length === 0) return undefined;
  const kinds: Readonly<Record<string, readonly FluxKind[]>> = FLUX_KINDS;
  return printCounts(
    await findObjects(
      cluster,
      removed.flatMap((name) => kinds[name] ?? []),
    ),
  );
}

async function findUses(
  cluster: Cluster,
  change: (Change & { readonly next: TransitionInputs }) | undefined,
): Promise<readonly Use[]> {
  if (change === undefined) return [];
  const { old, next } = change;
  const own = [next.manager];
  return await usesOfRemovedVersions(cluster, {
    before: old.definitions,
    after: next.definitions,
    own,
  });
}

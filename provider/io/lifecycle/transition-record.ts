import { problemsOfOwner } from "../../core/lifecycle/claim";
import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import { printProblem } from "../../core/problem";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { changeRecord, createRecord, readRecord } from "./owner-record";
import type { TransitionInputs } from "./transition-inputs";

/**
 * Records whose Flux is in a cluster, and what of it is wanted, before anything else of an update happens. A record is only
 * ever created where there is none, so of two stacks that start at once one wins.
 *
 * @param kept the lineage of the state; empty where the resource Transition is new
 * @returns the lineage that is recorded
 * @throws Error that names the owner, where that is another instance
 */
export async function recordOwner(
  cluster: Cluster,
  inputs: TransitionInputs,
  kept: string,
): Promise<string> {
  const { owner, identity, urn, wanted, absences } = inputs;
  const own = { id: owner, identity, urn, wanted, absences };
  const change = async () => await changeRecord(cluster, owner, (old) => changed(old, own, kept));
  const first = { ...own, lineage: kept || identity, readiness: "" };
  const record =
    (await change()) ??
    (await created(cluster, first)) ??
    // A copy of this state may have created the record meanwhile.
    (await change());
  if (record === undefined) throw new Error(reasonOf(await readRecord(cluster), inputs));
  return record.lineage;
}

type Own = Pick<OwnerRecord, "id" | "identity" | "urn" | "wanted" | "absences">;

/** A new Transition beside the Identity of the record is in the same state as before; with another Identity it took Flux over. */
function changed(old: OwnerRecord, own: Own, kept: string): OwnerRecord {
  const lineage = kept || (old.identity === own.identity && old.lineage) || own.identity;
  // The Readiness of another state is not the newest one of this state.
  return { ...old, ...own, lineage, readiness: lineage === old.lineage ? old.readiness : "" };
}

/**
 * Records again what is wanted after a destroy of a part of the instance, also where Transition is not among the targets of an
 * update: the delete of a resource that is only replaced would remove what it stands for.
 *
 * @throws ClusterError
 */
export async function recordWanted(
  cluster: Cluster,
  owner: string,
  wanted: OwnerRecord["wanted"],
): Promise<void> {
  await changeRecord(cluster, owner, (old) => (old.wanted.length > 0 ? old : { ...old, wanted }));
}

/** Undefined where there is a record already. */
async function created(cluster: Cluster, record: OwnerRecord): Promise<OwnerRecord | undefined> {
  try {
    await createRecord(cluster, record);
    return record;
  } catch (error) {
    if (isClusterError(error, "already-exists")) return undefined;
    throw error;
  }
}

function reasonOf(record: OwnerRecord | undefined, inputs: TransitionInputs): string {
  if (record === undefined) {
    return "Somebody removed the owner record while this update was about to change it. Nothing was changed; run it again.";
  }
  const { id, urn, identity } = record;
  const claim = { id, urn, identity, isCarried: true };
  return problemsOfOwner(claim, { ...inputs, takeOver: "", former: undefined })
    .map(printProblem)
    .join("\n");
}

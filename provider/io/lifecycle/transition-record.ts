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
 * @throws Error that names the owner, where that is another instance
 */
export async function recordOwner(cluster: Cluster, inputs: TransitionInputs): Promise<void> {
  const { owner, identity, urn, wanted } = inputs;
  const own = { id: owner, identity, urn, wanted };
  const isChanged = async () =>
    (await changeRecord(cluster, owner, (record) => ({ ...record, ...own }))) !== undefined;
  if (await isChanged()) return;
  if (await isCreated(cluster, { ...own, readiness: "" })) return;
  // A copy of this state may have created the record meanwhile.
  if (await isChanged()) return;
  throw new Error(reasonOf(await readRecord(cluster), inputs));
}

/** False where there is a record already. */
async function isCreated(cluster: Cluster, record: OwnerRecord): Promise<boolean> {
  try {
    await createRecord(cluster, record);
    return true;
  } catch (error) {
    if (isClusterError(error, "already-exists")) return false;
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

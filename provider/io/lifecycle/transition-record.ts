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
  if ((await changeRecord(cluster, owner, (record) => ({ ...record, ...own }))) !== undefined)
    return;
  try {
    if ((await readRecord(cluster)) === undefined) {
      await createRecord(cluster, { ...own, readiness: "" });
      return;
    }
  } catch (error) {
    if (!isClusterError(error, "already-exists")) throw error;
  }
  throw new Error(reasonOf(await readRecord(cluster), inputs));
}

function reasonOf(record: OwnerRecord | undefined, inputs: TransitionInputs): string {
  if (record === undefined) return "The owner record was removed meanwhile; run again.";
  const { id, urn, identity } = record;
  const claim = { id, urn, identity, isCarried: true };
  return problemsOfOwner(claim, { ...inputs, takeOver: "", former: undefined })
    .map(printProblem)
    .join("\n");
}

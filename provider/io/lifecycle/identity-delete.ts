import { textAt } from "../../core/deployment";
import { policyIn } from "../../core/lifecycle/plan";
import type { Surroundings } from "../oci/access";
import { reachForDelete } from "./delete-access";
import { takeLeave } from "./farewell";
import type { Call, Known } from "./lifecycle";

/** The last delete of a destroy: see takeLeave. */
export async function leave(
  { inputs, state }: Known,
  call: Call,
  surroundings: Surroundings,
): Promise<void> {
  const reached = await reachForDelete(inputs, call, surroundings);
  if (reached === undefined) return;
  const { values } = inputs;
  const leaving = {
    owner: textAt(state, "owner"),
    cluster: textAt(state, "cluster"),
    identity: textAt(state, "token"),
    namespace: textAt(values, "namespace"),
    deletionPolicy: policyIn(values),
  };
  await takeLeave(reached.cluster, leaving, call);
}

import { idOf, keyOf, printReference } from "../../core/lifecycle/ownership";
import { mayLeaveAlone } from "../../core/lifecycle/removal";
import { connect } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { connectionOf } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import { changesOf, reachForDelete, removalIn } from "./delete-access";
import type { Call, Diff, Known, Lifecycle, Properties } from "./lifecycle";
import { toRemovalInputs } from "./removal-inputs";
import { findRetained } from "./removal-objects";
import { remove } from "./removal-run";

/**
 * Deletes an object that the engine retains, after the object has left the state: a definition, a sync object, a volume claim, or
 * the Namespace. The engine deletes by name, also where it only replaces a resource, so nothing that holds data is left to it.
 * Create and update ask nothing of the cluster.
 *
 * Inputs: RemovalInputs, and the connection. It has no outputs.
 */
export function removal(surroundings: Surroundings): Lifecycle {
  return {
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    create: () => Promise.resolve({}),
    update: () => Promise.resolve({}),
    read: async (known, call) => {
      await tell(known.inputs, call, surroundings);
      return known.state;
    },
    delete: async ({ inputs }, call) => {
      const retained = toRemovalInputs(inputs.values);
      // A cluster that cannot be reached cannot say that the resource was only replaced, so the delete fails. It stays in the
      // state and is run again by the next update.
      const reached = await reachForDelete(inputs, call, surroundings);
      if (reached === undefined) return;
      const standing = { ...retained, key: keyOf(retained.object) };
      const record = await removalIn(reached, standing, call);
      if (record === undefined) return;
      const isDestroyed = record.wanted.length === 0;
      if (!isDestroyed && !mayLeaveAlone(retained.object.kind)) return;
      await remove(reached.cluster, retained, record.wanted, call);
    },
  };
}

/** Only another object is another resource: a moved instance keeps its removals, whose deletes would act on the new cluster. */
function diff(inputs: Properties, known: Known): Diff {
  const changed = changesOf(inputs, known.inputs);
  const [next, old] = [toRemovalInputs(inputs.values), toRemovalInputs(known.inputs.values)];
  const isOther = changed.includes("object") && keyOf(next.object) !== keyOf(old.object);
  return {
    updated: changed.filter((name) => !isOther || name !== "object"),
    replaced: isOther ? ["object"] : [],
  };
}

/** What a destroy loses with the object. */
const LOSSES: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: "with the data on its volume",
  Namespace: "with everything in it",
};

/**
 * Says what a delete would affect, which the engine does not ask in a preview, and shows as retained. Gates count the custom
 * resources of definitions.
 */
async function tell({ values }: Properties, call: Call, surroundings: Surroundings): Promise<void> {
  const { object, owner, deletionPolicy } = toRemovalInputs(values);
  const loss = LOSSES[object.kind];
  if (loss === undefined || deletionPolicy === "Retain") return;
  try {
    const access = { surroundings, signal: call.signal };
    const found = await findRetained(await connect(connectionOf(values), access), object);
    if (found === undefined || idOf(found.live) !== owner) return;
    call.info(`in the cluster: ${printReference(object)}; a destroy deletes it, ${loss}`);
  } catch (error) {
    if (!isClusterError(error) || error.code === "cancelled") throw error;
    call.warn(`${printReference(object)} was not looked up: ${error.message}`);
  }
}

import { connect, type Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import { changesOf, reachForDelete, removalIn } from "./delete-access";
import type { Call, Known, Lifecycle, Properties, State } from "./lifecycle";
import { requireStopped } from "./uninstall-controllers";
import { requireNotHeld } from "./uninstall-held";
import { readGateInputs, type GateInputs } from "./uninstall-inputs";
import { findObjects, presentKinds, printCounts } from "./uninstall-objects";
import { stripFinalizers } from "./uninstall-strip";

/**
 * Stands between a controller and its custom resources: it is deleted after the Deployments, and before the sync
 * objects and the CRDs. Its delete takes Flux's finalizer from the custom resources that the controller owns, because
 * nobody is left who would, and fails while the controller runs, or where finalizers of others would keep a CRD from
 * being deleted. A gate that was only replaced does nothing. Create and update ask nothing of the cluster.
 *
 * Inputs: GateInputs, and the connection. It has no outputs.
 */
export function uninstallGate(surroundings: Surroundings): Lifecycle {
  const reach = async ({ values }: Properties, { signal }: Call) =>
    await connect(connectionOf(values), { surroundings, signal });
  return {
    // A moved instance keeps its gates: the delete of a replaced gate would act on the new cluster.
    diff: (inputs, known) =>
      Promise.resolve({ updated: changesOf(inputs, known.inputs), replaced: [] }),
    create: () => Promise.resolve({}),
    update: () => Promise.resolve({}),
    read: async (known, call) => await read(known, call, () => reach(known.inputs, call)),
    delete: async ({ inputs }, call) => {
      const gate = readGateInputs(inputs.values);
      if (gate.deletionPolicy === "Retain") {
        call.info(`deletionPolicy Retain: the custom resources of ${gate.component} stay`);
        return;
      }
      // A cluster that cannot be reached cannot say that the gate was only replaced. The delete fails rather than lose the
      // only step that frees the custom resources; it stays in the state and is run again by the next update.
      const reached = await reachForDelete(inputs, call, surroundings);
      if (reached === undefined) return;
      const record = await removalIn(reached, { ...gate, key: gate.component }, call);
      if (record !== undefined) await openGate(reached.cluster, gate, call);
    },
  };
}

/**
 * Lets the custom resources of a controller go.
 *
 * @throws ClusterError
 */
export async function openGate(cluster: Cluster, gate: GateInputs, call: Call): Promise<void> {
  if ((await presentKinds(cluster, gate.kinds)).length === 0) return;
  await requireStopped(cluster, gate);
  const stripped = await stripFinalizers(cluster, gate.kinds, { show: call.info });
  for (const { kind, found, stripped: count } of stripped) {
    if (found > 0) call.info(`${kind.kind}: ${count} of ${found} freed of Flux's finalizer`);
  }
  if (gate.deletionPolicy === "Uninstall") await requireNotHeld(cluster, gate.kinds);
}

/** Tells what a delete would affect, which the engine does not ask in a preview. The state has no part of it. */
async function read(
  { inputs, state }: Known,
  call: Call,
  reach: () => Promise<Cluster>,
): Promise<State> {
  const gate = readGateInputs(inputs.values);
  if (gate.deletionPolicy === "Retain") return state;
  try {
    const cluster = await reach();
    await requireSameCluster(cluster, gate.cluster);
    const counts = printCounts(await findObjects(cluster, gate.kinds));
    if (counts === "") return state;
    const fate =
      gate.deletionPolicy === "KeepCRDs"
        ? "keeps, without Flux's finalizer"
        : "deletes, and leaves what they deployed";
    call.info(`in the cluster: ${counts}; a destroy ${fate}`);
  } catch (error) {
    if (!isClusterError(error) || error.code === "cancelled") throw error;
    call.warn(`the custom resources of ${gate.component} were not counted: ${error.message}`);
  }
  return state;
}

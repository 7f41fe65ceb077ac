import { isDeepStrictEqual } from "node:util";
import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { connect, type Cluster } from "../cluster/cluster";
import { isClusterError, isUnreachable } from "../cluster/error";
import { CONNECTION_INPUTS, connectionOf, requireSameCluster } from "../cluster/inputs";
import { NAMESPACES } from "../cluster/types";
import type { Surroundings } from "../oci/access";
import type { Call, Diff, Known, Lifecycle, Properties, State } from "./lifecycle";
import { requireStopped } from "./uninstall-controllers";
import { requireNotHeld } from "./uninstall-held";
import { readGateInputs, type GateInputs, type SyncInput } from "./uninstall-inputs";
import { findObjects, presentKinds, printCounts } from "./uninstall-objects";
import { stripFinalizers } from "./uninstall-strip";

/** The owner of what this resource writes. */
const FIELD_MANAGER = "flux-instance";

/** Inputs that only say how the cluster is reached, or how a delete takes it when it can't be. */
const QUIET: readonly string[] = [...CONNECTION_INPUTS, "deleteUnreachable"];

/**
 * Stands between a controller and its custom resources: it is deleted after the Deployments, and before the sync
 * objects and the CRDs. Its delete takes Flux's finalizer from the custom resources that the controller owns, because
 * nobody is left who would, and fails while the controller runs, or where finalizers of others would keep a CRD from
 * being deleted. Its update suspends the Kustomization of a `sync`
 * that was taken out of the args, so that the workloads stay when the engine deletes it.
 *
 * Inputs: GateInputs, and the connection. It has no outputs.
 */
export function uninstallGate(surroundings: Surroundings): Lifecycle {
  const reach = async ({ values }: Properties, { signal }: Call) =>
    await connect(connectionOf(values), { surroundings, signal });
  return {
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    create: () => Promise.resolve({}),
    update: async (inputs, known, call) => {
      const removed = removedSync(inputs, known.inputs);
      if (removed !== undefined) await orphan(await reach(inputs, call), inputs, removed, call);
      return {};
    },
    read: async (known, call) => await read(known, call, () => reach(known.inputs, call)),
    delete: async (known, call) => {
      const gate = readGateInputs(known.inputs.values);
      if (gate.deletionPolicy === "Retain") {
        call.info(`deletionPolicy Retain: the custom resources of ${gate.component} stay`);
        return;
      }
      const lenient = gate.deleteUnreachable || surroundings.deleteUnreachable === true;
      const cluster = await orWithout(lenient, call, async () => {
        const reached = await reach(known.inputs, call);
        // The first request, so that a cluster that is gone is told from a failure in the middle.
        await reached.get(NAMESPACES, { name: "kube-system" });
        return reached;
      });
      if (cluster !== undefined) await open(cluster, gate, call);
    },
  };
}

function diff(inputs: Properties, known: Known): Diff {
  const keys = new Set([...Object.keys(inputs.values), ...Object.keys(known.inputs.values)]);
  const changed = [...keys].filter(
    (key) =>
      !QUIET.includes(key) &&
      !inputs.unknown.has(key) &&
      !isDeepStrictEqual(inputs.values[key], known.inputs.values[key]),
  );
  return {
    updated: changed.filter((key) => key !== "cluster"),
    replaced: changed.filter((key) => key === "cluster"),
  };
}

/** Lets the custom resources go. */
async function open(cluster: Cluster, gate: GateInputs, call: Call): Promise<void> {
  // A cluster without our CRDs has nothing to lose, also when it is another one.
  if ((await presentKinds(cluster, gate.kinds)).length === 0) return;
  await requireSameCluster(cluster, gate.cluster);
  await requireStopped(cluster, gate);
  const stripped = await stripFinalizers(cluster, gate.kinds);
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

/** The Kustomization that the engine is about to delete while its controller runs, and whose workloads shall stay. */
function removedSync(inputs: Properties, old: Properties): SyncInput | undefined {
  if (inputs.unknown.has("sync")) return undefined;
  const before = readGateInputs(old.values).sync;
  const { sync: after } = readGateInputs(inputs.values);
  if (before === undefined || before.deletionPolicy === "Prune") return undefined;
  const stays = before.name === after?.name && before.namespace === after.namespace;
  return stays ? undefined : before;
}

/**
 * kustomize-controller finalizes a suspended Kustomization without pruning.
 * https://github.com/fluxcd/kustomize-controller/blob/v1.9.4/internal/controller/kustomization_controller.go#L1157
 */
async function orphan(
  cluster: Cluster,
  inputs: Properties,
  { namespace, name }: SyncInput,
  call: Call,
): Promise<void> {
  await requireSameCluster(cluster, readGateInputs(inputs.values).cluster);
  const [kustomizations] = await presentKinds(cluster, FLUX_KINDS["kustomize-controller"]);
  if (kustomizations === undefined) return;
  const patch = { type: "merge", value: { spec: { suspend: true } } } as const;
  try {
    await cluster.patch(kustomizations, { namespace, name }, patch, {
      fieldManager: FIELD_MANAGER,
    });
  } catch (error) {
    if (isClusterError(error, "not-found")) return;
    throw error;
  }
  call.info(`Kustomization ${namespace}/${name} is suspended: what it deployed stays`);
}

/** Undefined where the cluster can't be reached, and this may be taken as its end. */
async function orWithout(
  lenient: boolean,
  call: Call,
  reach: () => Promise<Cluster>,
): Promise<Cluster | undefined> {
  try {
    return await reach();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    if (lenient) {
      call.warn(`taken as deleted, as the cluster can't be reached: ${error.message}`);
      return undefined;
    }
    const remedy =
      "If the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true, or `deleteUnreachable` on the " +
      "Kubernetes provider that you pass";
    throw new Error(`${error.message}. ${remedy}`, { cause: error });
  }
}

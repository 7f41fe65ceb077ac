import { connect } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { clusterUid } from "../cluster/identity";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import type { Call, Diff, Known, Lifecycle, Properties, State } from "./lifecycle";
import { checkTransition } from "./transition-check";
import { changedInputs, isConnectionKnown, toTransitionInputs } from "./transition-inputs";
import { glance } from "./transition-look";
import { releaseVolumes, replacesVolumes } from "./volume-release";

/**
 * Comes first of all children and compares what shall be with what was last: it refuses what would lose something, and
 * warns of what goes. It changes nothing, unless volumes are replaced: then it deletes the Deployments that use them.
 *
 * Inputs: `TransitionInputs`. Output: `cluster`, the UID of the namespace kube-system.
 */
export function transition(surroundings: Surroundings): Lifecycle {
  const reach = ({ values }: Properties, call: Call) =>
    connect(connectionOf(values), { surroundings, signal: call.signal });
  return {
    check: (inputs, old, call) => checkTransition(inputs, old, call, surroundings),
    diff: (inputs, known, call) => diff(inputs, known, call, surroundings),
    preview: (_inputs, known) => Promise.resolve(known === undefined ? {} : stateOf(known)),
    create: async (inputs, call) => ({ cluster: await clusterUid(await reach(inputs, call)) }),
    update: async (inputs, known, call) => {
      const cluster = await reach(inputs, call);
      const { cluster: recorded } = known.state;
      if (typeof recorded !== "string") return { cluster: await clusterUid(cluster) };
      await requireSameCluster(cluster, recorded);
      const [old, next] = [toTransitionInputs(known.inputs), toTransitionInputs(inputs)];
      if (replacesVolumes(old, next)) await releaseVolumes(cluster, old);
      return { cluster: recorded };
    },
    delete: () => Promise.resolve(),
  };
}

/** Another kubeconfig is a change only where it leads to another cluster. */
async function diff(
  inputs: Properties,
  known: Known,
  call: Call,
  surroundings: Surroundings,
): Promise<Diff> {
  const { connection, others } = changedInputs(inputs, known.inputs);
  const isSame = { updated: others, replaced: [] };
  if (connection.length === 0 || !isConnectionKnown(inputs)) return isSame;
  try {
    const access = glance(surroundings, call.signal);
    const uid = await clusterUid(await connect(connectionOf(inputs.values), access));
    const { cluster } = known.state;
    const isOther = typeof cluster === "string" && cluster !== uid;
    return isOther ? { updated: others, replaced: connection } : isSame;
  } catch (error) {
    if (!isClusterError(error) || call.signal.aborted) throw error;
    const words = "could not tell whether this is the same cluster as before, and takes it as such";
    call.warn(`${words}: ${error.message}`);
    return isSame;
  }
}

function stateOf({ state }: Known): Partial<State> {
  const { cluster } = state;
  return typeof cluster === "string" ? { cluster } : {};
}

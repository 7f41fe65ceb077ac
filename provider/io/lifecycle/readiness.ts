import { isDeepStrictEqual } from "node:util";
import { connect } from "../cluster/cluster";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import type { Call, Diff, Known, Lifecycle, Properties, State } from "./lifecycle";
import { toReadinessInputs } from "./readiness-inputs";
import { untilReady } from "./readiness-wait";

/** For one request, in milliseconds; the waiting itself has more. */
const PATIENCE = 5_000;

/** A change of these needs a wait. */
const AWAITED = ["deployments", "namespace", "sync"] as const;

/**
 * Waits until Flux is ready: all its Deployments, the source and the Kustomization. It is created or updated after
 * them, and it is the only one that waits.
 *
 * Inputs: ReadinessInputs, and the connection. Output: `ready`, which is false where nothing was waited for.
 */
export function readiness(surroundings: Surroundings): Lifecycle {
  const wait = async (properties: Properties, call: Call): Promise<State> => {
    const inputs = toReadinessInputs(properties);
    if (!inputs.wait) return { ready: false };
    const access = { surroundings, signal: call.signal, patience: PATIENCE };
    const cluster = await connect(connectionOf(properties.values), access);
    await requireSameCluster(cluster, inputs.cluster);
    await untilReady(cluster, inputs, call);
    return { ready: true };
  };
  return {
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    preview: (inputs) => {
      const isWaiting = toReadinessInputs(inputs).wait || inputs.unknown.has("wait");
      return Promise.resolve(isWaiting ? {} : { ready: false });
    },
    create: (inputs, call) => wait(inputs, call),
    update: (inputs, _known, call) => wait(inputs, call),
    delete: () => Promise.resolve(),
  };
}

function diff(inputs: Properties, { inputs: old, state }: Known): Diff {
  const has = (key: string): boolean =>
    inputs.unknown.has(key) || !isDeepStrictEqual(inputs.values[key], old.values[key]);
  const before = toReadinessInputs(old).wait;
  const after = toReadinessInputs(inputs).wait;
  const isReplaced = has("cluster") && !inputs.unknown.has("cluster");
  const changed = AWAITED.filter(has);
  // Without a wait there is nothing to do, but for a state that still says so of what was there before.
  const counts = after || state["ready"] === true;
  return {
    updated: [...(counts ? changed : []), ...(after && !before ? ["wait"] : [])],
    replaced: isReplaced ? ["cluster"] : [],
  };
}

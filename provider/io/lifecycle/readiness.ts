import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { textAt } from "../../core/deployment";
import { connect } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { clusterUid } from "../cluster/identity";
import { connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import { reachForDelete } from "./delete-access";
import { IncompleteError } from "./incomplete";
import type { Call, Diff, Known, Lifecycle, Properties } from "./lifecycle";
import { toReadinessInputs } from "./readiness-inputs";
import { recordDestroy, recordReadiness } from "./readiness-record";
import { untilReady } from "./readiness-wait";

/** For one request, in milliseconds; the waiting itself has more. */
const PATIENCE = 5_000;

/** A change of these needs a wait. */
const AWAITED = ["deployments", "namespace", "sync"] as const;

/** A change of these needs another entry in an owner record. */
const RECORDED = ["cluster", "owner", "lineage"] as const;

/** The clusters that instances may move to in this run, by UID. */
interface Moving {
  readonly moveTo?: readonly string[];
}

/**
 * Waits until Flux is ready: all its Deployments, the source and the Kustomization. It depends on everything else of the
 * instance, so its create comes last, and its delete first: the delete makes sure of the cluster, and records that Flux is
 * being destroyed. By its token the record knows the newest Readiness; the delete of one that was replaced does nothing.
 *
 * Inputs: ReadinessInputs, and the connection. Outputs: `ready`, which is false where nothing was waited for; `token`.
 */
export function readiness(surroundings: Surroundings & Moving): Lifecycle {
  const register = async (properties: Properties, token: string, call: Call) => {
    const inputs = toReadinessInputs(properties);
    const access = { surroundings, signal: call.signal, patience: PATIENCE };
    const cluster = await connect(connectionOf(properties.values), access);
    await requireSameCluster(cluster, inputs.cluster);
    await recordReadiness(cluster, inputs, token);
    return {
      state: { ready: inputs.wait, token },
      wait: async () => {
        if (inputs.wait) await untilReady(cluster, inputs, call);
      },
    };
  };
  return {
    diff: (inputs, known) => Promise.resolve(diff(inputs, known)),
    preview: (inputs, known) => {
      const isWaiting = toReadinessInputs(inputs).wait || inputs.unknown.has("wait");
      return Promise.resolve({ ...(isWaiting ? {} : { ready: false }), ...tokenIn(known) });
    },
    create: async (inputs, call) => {
      const { state, wait } = await register(inputs, newToken(), call);
      try {
        await wait();
      } catch (error) {
        // Without it in the state, a destroy after a failed installation would not make sure first.
        throw new IncompleteError({ ...state, ready: false }, error as Error);
      }
      return state;
    },
    update: async (inputs, known, call) => {
      const token = tokenIn(known).token ?? newToken();
      const { state, wait } = await register(inputs, token, call);
      await wait();
      return state;
    },
    read: async (known, call) => {
      await refuseAnotherCluster(known, call, surroundings);
      return known.state;
    },
    delete: async ({ inputs, state }, call) => {
      const reached = await reachForDelete(inputs, call, surroundings);
      if (reached === undefined) return;
      await recordDestroy(reached, toReadinessInputs(inputs), textAt(state, "token"));
    },
  };
}

function newToken(): string {
  return randomBytes(8).toString("hex");
}

function tokenIn(known: Known | undefined): { readonly token?: string } {
  const token = known?.state["token"];
  return typeof token === "string" && token !== "" ? { token } : {};
}

/** Another cluster is an update: what a replacement deletes at the end would be the mark of a destroy. */
function diff(inputs: Properties, { inputs: old, state }: Known): Diff {
  const has = (key: string): boolean =>
    inputs.unknown.has(key) || !isDeepStrictEqual(inputs.values[key], old.values[key]);
  const after = toReadinessInputs(inputs).wait;
  const isReady = state["ready"] === true;
  // Without a wait there is nothing to do, but for a state that still says so of what was there before.
  const counts = after || isReady;
  return {
    updated: [
      ...(counts ? AWAITED.filter(has) : []),
      ...(after && !isReady ? ["wait"] : []),
      ...RECORDED.filter((key) => has(key) && !inputs.unknown.has(key)),
    ],
    replaced: [],
  };
}

/**
 * Fails a refresh that looks at another cluster. The engine reads all resources whatever becomes of one, and drops those that
 * are gone; but the preview of a refresh fails with this one, and so does an update or destroy with --refresh, before anything
 * else happens.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/deployment_executor.go (refresh)
 */
async function refuseAnotherCluster(
  { inputs }: Known,
  call: Call,
  surroundings: Surroundings & Moving,
): Promise<void> {
  try {
    const access = { surroundings, signal: call.signal, patience: PATIENCE };
    const cluster = await connect(connectionOf(inputs.values), access);
    if (surroundings.moveTo?.includes(await clusterUid(cluster)) === true) return;
    await requireSameCluster(cluster, toReadinessInputs(inputs).cluster);
  } catch (error) {
    if (!isClusterError(error)) throw error;
    if (error.code === "another-cluster" || error.code === "cancelled") throw error;
    call.warn(`could not check which cluster this is: ${error.message}`);
  }
}

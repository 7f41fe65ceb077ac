import { setTimeout as sleep } from "node:timers/promises";
import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { ID_ANNOTATION } from "../../core/lifecycle/marks";
import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import type { DeletionPolicy } from "../../core/lifecycle/plan";
import { componentOf, isCustom, referenceOf } from "../../core/lifecycle/removal";
import { COMPONENTS } from "../../core/spec/spec";
import { firstNames } from "../../core/words";
import type { Cluster } from "../cluster/cluster";
import { ClusterError } from "../cluster/error";
import { endedOf } from "../cluster/failure";
import { requireSameCluster } from "../cluster/inputs";
import { forEach } from "../cluster/parallel";
import { whose } from "./delete-access";
import { findOwned, printOwned, type Owned, type Ownership } from "./farewell-objects";
import { DEPLOYMENT_KIND } from "./instance-kinds";
import type { Call } from "./lifecycle";
import { readRecord, removeRecord } from "./owner-record";
import { release } from "./release";
import { remove } from "./removal-run";
import { openGate } from "./uninstall-gate";

const AT_ONCE = 8;
const PAUSE = 1_000;
/** What is given to objects that are being deleted, in milliseconds. */
const LIMIT = 60_000;

/** The instance that leaves a cluster. */
export interface Leaving {
  /** The id of the instance. */
  readonly owner: string;
  /** The UID of the cluster. */
  readonly cluster: string;
  readonly namespace: string;
  readonly deletionPolicy: DeletionPolicy;
  /**
   * The token of the resource Identity that is deleted. Everything of the instance depends on the newest Identity, so its delete
   * is the last one of a destroy, whatever the record says. Without a token only the record decides.
   */
  readonly identity?: string;
}

/**
 * The last delete of a destroy: makes sure that nothing with the id of the instance is left that should be gone, releases what
 * stays, and removes the owner record. It does nothing where the resource was only replaced.
 *
 * @throws ClusterError another-cluster; left-behind, naming what is left and the way
 */
export async function takeLeave(cluster: Cluster, leaving: Leaving, call: Call): Promise<void> {
  const { owner, namespace, identity } = leaving;
  const record = await readRecord(cluster);
  if (record !== undefined && record.id !== owner) {
    call.info(`Nothing is left to do: ${whose(record)} (cluster ${cluster.title})`);
    return;
  }
  if (record?.wanted.length === 0) {
    await requireSameCluster(cluster, leaving.cluster);
  } else {
    const { objects } = await findOwned(cluster, owner, namespace);
    // Controllers go first in a destroy, so this resource was only replaced, also where the record still names it.
    if (objects.some(({ type }) => type.kind === DEPLOYMENT_KIND.kind)) return;
    await requireSameCluster(cluster, leaving.cluster);
    if (record !== undefined && record.identity === identity) {
      await finish(cluster, record.wanted, leaving, call);
    } else if (objects.length > 0) {
      throw leftBehind(cluster, objects);
    }
  }
  await settle(cluster, leaving, call);
}

/**
 * Does what gates and removals have left, because no Readiness has recorded the destroy: the first update has not come that far.
 * The record stays as it is, so that this can be run again.
 */
async function finish(
  cluster: Cluster,
  wanted: OwnerRecord["wanted"],
  leaving: Leaving,
  call: Call,
): Promise<void> {
  const { owner, namespace, deletionPolicy } = leaving;
  const common = { owner, namespace, deletionPolicy, deployments: [] };
  const gates = COMPONENTS.filter((component) => wanted.includes(component));
  if (deletionPolicy !== "Retain") {
    for (const component of gates) {
      const kinds = FLUX_KINDS[component];
      await openGate(cluster, { ...common, component, kinds, cluster: leaving.cluster }, call);
    }
  }
  const references = wanted.flatMap((key) => referenceOf(key) ?? []);
  await forEach(references, AT_ONCE, async (object) => {
    const retained = { ...common, object, component: componentOf(object), prune: false };
    await remove(cluster, retained, [], call);
  });
}

/** Releases what stays, when the rest is gone, and removes the record. */
async function settle(cluster: Cluster, leaving: Leaving, call: Call): Promise<void> {
  const { objects, namespace, unseen } = await untilGone(cluster, leaving);
  if (unseen.length > 0) {
    call.warn(
      `The user of the kubeconfig may not list ${unseen.join(", ")}: not checked for left objects`,
    );
  }
  await forEach(objects, AT_ONCE, async (object) => {
    await release(cluster, object);
  });
  if (namespace !== undefined && !namespace.isGoing) await release(cluster, namespace);
  await removeRecord(cluster, leaving.owner);
}

/**
 * Waits for objects that are being deleted.
 *
 * @returns what stays
 */
async function untilGone(cluster: Cluster, leaving: Leaving): Promise<Ownership> {
  const { owner, namespace, deletionPolicy } = leaving;
  const { signal } = cluster.session;
  for (const end = Date.now() + LIMIT; ;) {
    const owned = await findOwned(cluster, owner, namespace);
    const left = owned.objects.filter((object) => !isKept(object, deletionPolicy));
    if (left.length === 0) return owned;
    const isOver = left.some(({ isGoing }) => !isGoing) || Date.now() > end;
    if (isOver) throw leftBehind(cluster, left);
    try {
      await sleep(PAUSE, undefined, { signal });
    } catch {
      throw endedOf("wait for the end of what is being deleted", cluster.title, signal.reason);
    }
  }
}

function isKept({ type }: Owned, policy: DeletionPolicy): boolean {
  return policy === "Retain" || (policy === "KeepCRDs" && isCustom(type));
}

function leftBehind(cluster: Cluster, left: readonly Owned[]): ClusterError {
  const names = firstNames(left.map(printOwned).toSorted());
  const message =
    `These objects of the FluxInstance are left in the cluster: ${names}. ` +
    "Run `pulumi up` with the FluxInstance in the program, then `pulumi destroy`; or run `flux-instance uninstall`. " +
    `To keep an object, remove its annotation ${ID_ANNOTATION}, then run again (cluster ${cluster.title})`;
  return new ClusterError("left-behind", message);
}

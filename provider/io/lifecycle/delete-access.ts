import { isDeepStrictEqual } from "node:util";
import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import { connect, type Cluster } from "../cluster/cluster";
import { isUnreachable } from "../cluster/error";
import { clusterUid } from "../cluster/identity";
import { CONNECTION_INPUTS, connectionOf, requireSameCluster } from "../cluster/inputs";
import type { Surroundings } from "../oci/access";
import type { Call, Properties } from "./lifecycle";
import { readRecord } from "./owner-record";

/** Inputs that only say how the cluster is reached, or what a delete does where it cannot be reached. */
const QUIET: readonly string[] = [...CONNECTION_INPUTS, "deleteUnreachable"];

/** A cluster that answers. */
export interface Reached {
  readonly cluster: Cluster;
  /** The UID of its namespace kube-system. */
  readonly uid: string;
}

/** Whose object or controller a delete is about. */
export interface Standing {
  /** The id of the instance. */
  readonly owner: string;
  /** The UID of the cluster that the instance is in. */
  readonly cluster: string;
  /** The key in `wanted` of the owner record. */
  readonly key: string;
}

/** The inputs that differ, but for those that lead to the cluster; an unknown one is not taken as different. */
export function changesOf(inputs: Properties, old: Properties): readonly string[] {
  const names = new Set([...Object.keys(inputs.values), ...Object.keys(old.values)]);
  return [...names].filter(
    (name) =>
      !QUIET.includes(name) &&
      !inputs.unknown.has(name) &&
      !isDeepStrictEqual(inputs.values[name], old.values[name]),
  );
}

/**
 * Reaches the cluster for a delete, with the first request, so that a cluster that is gone differs from a failure in the middle.
 *
 * @returns undefined where the cluster cannot be reached, and the user takes that for its end
 * @throws Error that says how to go on without the cluster
 */
export async function reachForDelete(
  { values }: Properties,
  call: Call,
  surroundings: Surroundings,
): Promise<Reached | undefined> {
  try {
    const access = { surroundings, signal: call.signal };
    const cluster = await connect(connectionOf(values), access);
    return { cluster, uid: await clusterUid(cluster) };
  } catch (error) {
    if (!isUnreachable(error) || call.signal.aborted) throw error;
    if (values["deleteUnreachable"] === true || surroundings.deleteUnreachable === true) {
      call.warn(`The cluster cannot be reached and is taken as deleted: ${error.message}`);
      return undefined;
    }
    const remedy =
      "If the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true, or `deleteUnreachable` on the " +
      "Kubernetes provider that you pass";
    throw new Error(`${error.message}. ${remedy}`, { cause: error });
  }
}

/**
 * Decides whether the delete of a resource is a removal. The owner record is asked before the UID of the cluster: a resource
 * that was only replaced, or whose instance has moved to another cluster, has nothing to delete wherever it is.
 *
 * @returns the record where something shall go; undefined where nothing is to be done, which one line says
 * @throws ClusterError another-cluster
 */
export async function removalIn(
  { cluster, uid }: Reached,
  { owner, cluster: expected, key }: Standing,
  call: Call,
): Promise<OwnerRecord | undefined> {
  const record = await readRecord(cluster);
  const isOurs = record?.id === owner;
  if (isOurs && record.wanted.includes(key)) return undefined;
  if (isOurs && uid !== expected) {
    call.info("Nothing is deleted: the FluxInstance has moved from the former cluster to this one");
    return undefined;
  }
  if (uid !== expected) await requireSameCluster(cluster, expected);
  if (isOurs) return record;
  call.info(`Nothing is deleted: ${whose(record)} (cluster ${cluster.title})`);
  return undefined;
}

/** Whose Flux is in a cluster, in words. */
export function whose(record: OwnerRecord | undefined): string {
  if (record === undefined) return "the cluster has no owner record of a FluxInstance";
  const urn = record.urn === "" ? "" : `${record.urn}, `;
  return `Flux in this cluster belongs to another FluxInstance (${urn}id ${record.id})`;
}

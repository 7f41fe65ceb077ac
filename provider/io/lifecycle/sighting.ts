import type { Claim } from "../../core/lifecycle/claim";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import { idOf, isGoing, keyOf } from "../../core/lifecycle/ownership";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { versionsOf } from "../cluster/discovery";
import { isClusterError } from "../cluster/error";
import { clusterUid } from "../cluster/identity";
import { collect } from "../cluster/list";
import { NAMESPACES } from "../cluster/types";
import { findExisting, type Found } from "./adoption-objects";
import { readRecord } from "./owner-record";

/** What a look at the cluster of an instance has found. */
export interface Sighting {
  /** The UID of the namespace kube-system. */
  readonly cluster: string;
  /** The address of the API server. */
  readonly server: string;
  readonly record: OwnerRecord | undefined;
  /** The rendered objects that are there, without the Namespace. */
  readonly existing: readonly Found[];
  /** The Namespace of the instance; empty where the user may not look at namespaces. */
  readonly namespace: JsonObject | undefined;
  /** The FluxInstance objects of Flux Operator; looked for only where an object is nobody's. */
  readonly operators: readonly JsonObject[];
}

const OPERATOR_GROUP = "fluxcd.controlplane.io";

/**
 * Looks at everything that decides whether an instance may change a cluster. It only reads.
 *
 * @param objects all rendered objects
 * @throws ClusterError
 */
export async function sight(
  cluster: Cluster,
  objects: readonly ObjectReference[],
  namespace: string,
): Promise<Sighting> {
  const [uid, record, existing, live] = await Promise.all([
    clusterUid(cluster),
    readRecord(cluster),
    findExisting(cluster, objects),
    readNamespace(cluster, namespace),
  ]);
  const isMet = existing.some((found) => idOf(found.live) === undefined);
  return {
    cluster: uid,
    server: cluster.session.server,
    record,
    existing,
    namespace: live,
    operators: isMet ? await findOperators(cluster) : [],
  };
}

/** The claim in a sighting, as an input of the resources that judge it. */
export function claimIn({ record, existing }: Sighting): Claim | undefined {
  if (record === undefined) return undefined;
  const { id, urn, identity } = record;
  return { id, urn, identity, isCarried: existing.some(({ live }) => idOf(live) === id) };
}

/**
 * The keys of the objects that the cluster has not. One that is being deleted is as good as gone: an update waits for its end.
 *
 * @param objects those that were looked for
 */
export function absentIn(
  { existing, namespace }: Sighting,
  objects: readonly ObjectReference[],
): readonly string[] {
  const there = new Set(
    existing.filter(({ live }) => !isGoing(live)).map(({ reference }) => keyOf(reference)),
  );
  const isThere = (object: ObjectReference): boolean =>
    object.kind === "Namespace" ? namespace !== undefined : there.has(keyOf(object));
  return objects.filter((object) => !isThere(object)).map(keyOf);
}

/** The ids that the record and the objects carry. */
export function idsIn({ record, existing }: Sighting): readonly string[] {
  const carried = existing.flatMap(({ live }) => idOf(live) ?? []);
  return [...new Set([...(record === undefined ? [] : [record.id]), ...carried])];
}

/** Who may not look at namespaces joins what is there. */
async function readNamespace(cluster: Cluster, name: string): Promise<JsonObject | undefined> {
  try {
    return await cluster.get(NAMESPACES, { name });
  } catch (error) {
    if (isClusterError(error, "forbidden")) return {};
    throw error;
  }
}

async function findOperators(cluster: Cluster): Promise<readonly JsonObject[]> {
  const [version] = await versionsOf(cluster, OPERATOR_GROUP);
  if (version === undefined) return [];
  const type = { group: OPERATOR_GROUP, version, plural: "fluxinstances" };
  return await collect(cluster.list(type, { metadataOnly: true }));
}

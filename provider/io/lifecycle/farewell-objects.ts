import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { RECORD_NAME } from "../../core/lifecycle/owner-record";
import { idOf, isGoing } from "../../core/lifecycle/ownership";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { collect } from "../cluster/list";
import { forEach } from "../cluster/parallel";
import { nameOf, type ObjectName } from "../cluster/paths";
import { NAMESPACES } from "../cluster/types";
import {
  CLUSTER_ROLE_BINDING_KIND,
  CLUSTER_ROLE_KIND,
  DEFINITION_KIND,
  DEPLOYMENT_KIND,
  NAMESPACED_KINDS,
  type LiveKind,
} from "./instance-kinds";
import { presentKinds } from "./uninstall-objects";

const AT_ONCE = 8;

/** The kinds of sync objects. */
const SYNC_KINDS = ["GitRepository", "OCIRepository", "Bucket", "Kustomization"];

/** An object that carries the id of an instance. */
export interface Owned {
  readonly type: LiveKind;
  readonly name: ObjectName;
  /** Whether it is being deleted. */
  readonly isGoing: boolean;
}

/** What carries the id of an instance. */
export interface Ownership {
  /** Without the Namespace and the owner record. */
  readonly objects: readonly Owned[];
  readonly namespace: Owned | undefined;
  /** The kinds that the user may not list. */
  readonly unseen: readonly string[];
}

/**
 * Finds everything that carries the id of an instance, with one list for each kind. Labels are not asked for, because patches
 * may change them.
 *
 * @throws ClusterError
 */
export async function findOwned(
  cluster: Cluster,
  owner: string,
  namespace: string,
): Promise<Ownership> {
  const objects: Owned[] = [];
  const unseen: string[] = [];
  await forEach(await places(cluster, namespace), AT_ONCE, async ({ type, scope }) => {
    try {
      const all = await collect(cluster.list(type, { ...scope, metadataOnly: true }));
      const owned = all.filter((object) => idOf(object) === owner);
      objects.push(...owned.map((object) => toOwned(type, object)));
    } catch (error) {
      if (!isClusterError(error, "forbidden")) throw error;
      unseen.push(type.kind);
    }
  });
  const isRecord = ({ type, name }: Owned) =>
    type.kind === CLUSTER_ROLE_KIND.kind && name.name === RECORD_NAME;
  return {
    objects: objects.filter((object) => !isRecord(object)),
    namespace: await ownNamespace(cluster, owner, namespace),
    unseen,
  };
}

interface Place {
  readonly type: LiveKind;
  readonly scope: { readonly namespace?: string };
}

/** Where objects of an instance can be. */
async function places(cluster: Cluster, namespace: string): Promise<readonly Place[]> {
  const kinds = Object.values(FLUX_KINDS)
    .flat()
    .filter(({ kind }) => SYNC_KINDS.includes(kind));
  const inNamespace = [
    DEPLOYMENT_KIND,
    ...NAMESPACED_KINDS,
    ...(await presentKinds(cluster, kinds)),
  ];
  const clusterWide = [CLUSTER_ROLE_KIND, CLUSTER_ROLE_BINDING_KIND, DEFINITION_KIND];
  return [
    ...inNamespace.map((type) => ({ type, scope: { namespace } })),
    ...clusterWide.map((type) => ({ type, scope: {} })),
  ];
}

async function ownNamespace(
  cluster: Cluster,
  owner: string,
  name: string,
): Promise<Owned | undefined> {
  const live = await cluster.get(NAMESPACES, { name });
  if (live === undefined || idOf(live) !== owner) return undefined;
  return toOwned({ ...NAMESPACES, kind: "Namespace" }, live);
}

function toOwned(type: LiveKind, live: JsonObject): Owned {
  return { type, name: nameOf(live), isGoing: isGoing(live) };
}

/** `Kind/namespace/name`, or `Kind/name`, and whether it is on its way. */
export function printOwned({ type: { kind }, name, isGoing }: Owned): string {
  const { namespace } = name;
  const place = namespace === undefined ? name.name : `${namespace}/${name.name}`;
  return `${kind}/${place}${isGoing ? " (being deleted)" : ""}`;
}

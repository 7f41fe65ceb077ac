import type { ObjectReference } from "../../core/lifecycle/inputs";
import { keyOf, type Existing } from "../../core/lifecycle/ownership";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { collect } from "../cluster/list";
import { forEach } from "../cluster/parallel";
import {
  nameOf as objectName,
  pathOf,
  printName,
  type ObjectName,
  type ResourceType,
} from "../cluster/paths";
import { NAMESPACES } from "../cluster/types";
import { findTypes, typeKey } from "./adoption-types";

/** An object that is in the cluster, and the type that it is asked as. */
export interface Found extends Existing {
  readonly type: ResourceType;
}

const READS_AT_ONCE = 16;

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/**
 * Those of the objects that are in the cluster, as far as their metadata, in the order of the references: one list for each
 * kind, not a request for each object. Namespaces are left out: they are joined, not owned.
 *
 * @throws ClusterError
 */
export async function findExisting(
  cluster: Cluster,
  references: readonly ObjectReference[],
): Promise<readonly Found[]> {
  const wanted = references.filter(({ kind }) => kind !== "Namespace");
  const [types, absent] = await Promise.all([
    findTypes(cluster, wanted),
    absentNamespaces(cluster, wanted),
  ]);
  const found = new Map<string, Found>();
  await forEach(grouped(wanted), READS_AT_ONCE, async (members) => {
    const [first] = members;
    const type = first === undefined ? undefined : types.get(typeKey(first));
    if (type === undefined || absent.has(first?.namespace ?? "")) return;
    for (const [reference, live] of await readGroup(cluster, type, members)) {
      found.set(keyOf(reference), { reference, live, type });
    }
  });
  return wanted.flatMap((reference) => found.get(keyOf(reference)) ?? []);
}

/** The references of each kind in each namespace. */
function grouped(references: readonly ObjectReference[]): Iterable<readonly ObjectReference[]> {
  const groups = new Map<string, ObjectReference[]>();
  for (const reference of references) {
    const key = `${typeKey(reference)} ${reference.namespace ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), reference]);
  }
  return groups.values();
}

/** The objects of one kind in one namespace. Who may not list them asks for each. */
async function readGroup(
  cluster: Cluster,
  type: ResourceType,
  members: readonly ObjectReference[],
): Promise<readonly (readonly [ObjectReference, JsonObject])[]> {
  const live =
    members.length === 1 ? undefined : await listByName(cluster, type, members[0]?.namespace);
  const read = members.map(async (reference) => {
    const object =
      live === undefined
        ? await readMetadata(cluster, type, nameOf(reference))
        : live.get(reference.name);
    return object === undefined ? [] : [[reference, object] as const];
  });
  return (await Promise.all(read)).flat();
}

async function listByName(
  cluster: Cluster,
  type: ResourceType,
  namespace: string | undefined,
): Promise<ReadonlyMap<string, JsonObject> | undefined> {
  const scope = namespace === undefined ? {} : { namespace };
  try {
    const objects = await collect(cluster.list(type, { ...scope, metadataOnly: true }));
    return new Map(objects.map((object) => [objectName(object).name, object]));
  } catch (error) {
    if (isClusterError(error, "forbidden")) return undefined;
    throw error;
  }
}

/** The namespaces that are not there, and nothing in them: most objects of a new installation need no question. */
async function absentNamespaces(
  cluster: Cluster,
  references: readonly ObjectReference[],
): Promise<ReadonlySet<string>> {
  const names = new Set(references.flatMap(({ namespace }) => namespace ?? []));
  const absent = new Set<string>();
  await forEach(names, READS_AT_ONCE, async (name) => {
    if (await isAbsent(cluster, name)) absent.add(name);
  });
  return absent;
}

/** Who may not ask for the namespace asks for each object. */
async function isAbsent(cluster: Cluster, namespace: string): Promise<boolean> {
  try {
    return (await readMetadata(cluster, NAMESPACES, { name: namespace })) === undefined;
  } catch (error) {
    if (isClusterError(error, "forbidden")) return false;
    throw error;
  }
}

/**
 * The metadata of an object, or undefined where it is absent.
 *
 * @throws ClusterError
 */
export async function readMetadata(
  cluster: Cluster,
  type: ResourceType,
  name: ObjectName,
): Promise<JsonObject | undefined> {
  const request = { method: "GET", path: pathOf(type, name), accept: METADATA_ONLY } as const;
  try {
    return await cluster.session.sendForObject(`get ${printName(type, name)}`, request);
  } catch (error) {
    if (isClusterError(error, "not-found")) return undefined;
    throw error;
  }
}

/** Where an object is, by its reference. */
export function nameOf({ namespace, name }: ObjectReference): ObjectName {
  return namespace === undefined ? { name } : { namespace, name };
}

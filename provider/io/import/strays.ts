import { objectAt, textAt } from "../../core/deployment";
import { keyOf, printReference } from "../../core/lifecycle/ownership";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import type { Manifest } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { typesOf, type ServedType } from "../cluster/discovery";
import { collect } from "../cluster/list";
import { nameOf } from "../cluster/paths";
import { referenceTo } from "./differences";

const PART_OF = "app.kubernetes.io/part-of=flux";
const INSTANCE = "app.kubernetes.io/instance";

/** What installers make and an instance never has. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["policy/v1", "PodDisruptionBudget"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["v1", "PersistentVolumeClaim"],
];

/**
 * The objects that are labelled as part of the Flux of a namespace and are in none of the manifests, by name. Of Secrets and
 * ConfigMaps, which are the user's, and of further kinds nothing is told.
 *
 * @throws ClusterError
 */
export async function straysOf(
  cluster: Cluster,
  manifests: readonly Manifest[],
  namespace: string,
): Promise<readonly string[]> {
  const known = new Set(manifests.map((manifest) => keyOf(referenceTo(manifest))));
  const types = await typesIn(cluster, manifests);
  const strays: ObjectReference[] = [];
  for (const type of types) {
    const scope = type.namespaced ? { namespace } : {};
    const listing = { ...scope, labels: PART_OF, metadataOnly: true };
    for (const object of await collect(cluster.list(type, listing))) {
      const instance = textAt(objectAt(objectAt(object, "metadata"), "labels"), INSTANCE);
      if (instance !== "" && instance !== namespace) continue;
      const apiVersion = type.group === "" ? type.version : `${type.group}/${type.version}`;
      strays.push({ apiVersion, kind: type.kind, ...nameOf(object) });
    }
  }
  return strays.filter((stray) => !known.has(keyOf(stray))).map(printReference);
}

/** The types of the manifests but Namespaces, and the others, each once. */
async function typesIn(
  cluster: Cluster,
  manifests: readonly Manifest[],
): Promise<readonly ServedType[]> {
  const rendered = manifests.map(({ apiVersion, kind }) => [apiVersion, kind] as const);
  const wanted = [...rendered, ...OTHERS].filter(([, kind]) => kind !== "Namespace");
  const types: ServedType[] = [];
  for (const apiVersion of new Set(wanted.map(([it]) => it))) {
    const kinds = new Set(wanted.filter(([it]) => it === apiVersion).map(([, kind]) => kind));
    const [version = "", group = ""] = apiVersion.split("/").toReversed();
    types.push(...(await typesOf(cluster, group, version)).filter(({ kind }) => kinds.has(kind)));
  }
  return types;
}

import { objectAt, textAt } from "../../core/deployment";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import { FLUX_KINDS, type FluxKind } from "../../core/lifecycle/kinds";
import { groupOf, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import type { ObjectName, ResourceType } from "../cluster/paths";
import { CLAIMS, DEFINITIONS, NAMESPACES } from "../cluster/types";
import { nameOf, readMetadata } from "./adoption-objects";
import { presentKinds } from "./uninstall-objects";

/** A retained object that is in the cluster. */
export interface FoundObject {
  readonly type: ResourceType;
  readonly name: ObjectName;
  readonly uid: string;
  /** As far as its metadata. */
  readonly live: JsonObject;
}

const BUILT_IN: Readonly<Record<string, ResourceType>> = {
  CustomResourceDefinition: DEFINITIONS,
  PersistentVolumeClaim: CLAIMS,
  Namespace: NAMESPACES,
};

/**
 * A retained object, in whatever version its kind is served; undefined where the object or its kind is absent.
 *
 * @throws ClusterError
 */
export async function findRetained(
  cluster: Cluster,
  reference: ObjectReference,
): Promise<FoundObject | undefined> {
  const type = BUILT_IN[reference.kind] ?? (await servedType(cluster, reference));
  if (type === undefined) return undefined;
  const name = nameOf(reference);
  const live = await readMetadata(cluster, type, name);
  return live === undefined ? undefined : { type, name, uid: uidOf(live), live };
}

/** The UID of an object that was read. */
export function uidOf(live: JsonObject): string {
  return textAt(objectAt(live, "metadata"), "uid");
}

/** The kind that a definition defines; undefined where the definition is absent. */
export async function definedKind(cluster: Cluster, name: string): Promise<FluxKind | undefined> {
  const definition = await cluster.get(DEFINITIONS, { name });
  if (definition === undefined) return undefined;
  const spec = objectAt(definition, "spec");
  const names = objectAt(spec, "names");
  return {
    group: textAt(spec, "group"),
    plural: textAt(names, "plural"),
    kind: textAt(names, "kind"),
  };
}

async function servedType(
  cluster: Cluster,
  { apiVersion, kind, name }: ObjectReference,
): Promise<ResourceType | undefined> {
  const group = groupOf({ apiVersion, kind, metadata: { name } });
  const kinds = Object.values(FLUX_KINDS)
    .flat()
    .filter((one) => one.group === group && one.kind === kind);
  return (await presentKinds(cluster, kinds))[0];
}

import { objectAt } from "../../core/deployment";
import { changedPaths } from "../../core/import/compare";
import type { Difference } from "../../core/import/report";
import { installedFields } from "../../core/lifecycle/adoption-fields";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import { keyOf, managedFieldsOf, printReference } from "../../core/lifecycle/ownership";
import type { JsonObject, Manifest } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { forEach } from "../cluster/parallel";
import { findExisting, nameOf, type Found } from "../lifecycle/adoption-objects";

const OBJECTS_AT_ONCE = 8;
const DEFINITION = "CustomResourceDefinition";

/** The name of what is made only as if; Kubernetes allows 63 characters in some names. */
const AS_IF = "flux-instance-import";

/**
 * What becomes of live objects when the manifests are applied and the objects adopted. Dry runs tell the server's defaults;
 * nothing is changed. Namespaces are left out.
 *
 * @throws ClusterError
 */
export async function differencesOf(
  cluster: Cluster,
  manifests: readonly Manifest[],
  fieldManager: string,
): Promise<readonly Difference[]> {
  const existing = await findExisting(cluster, manifests.map(referenceTo));
  const found = new Map(existing.map((it) => [keyOf(it.reference), it]));
  const differences = new Map<Manifest, Difference>();
  const objects = manifests.filter(({ kind }) => kind !== "Namespace");
  await forEach(objects, OBJECTS_AT_ONCE, async (manifest) => {
    const reference = referenceTo(manifest);
    const live = found.get(keyOf(reference));
    const paths = live === undefined ? [] : await pathsOf(cluster, manifest, live, fieldManager);
    const object = printReference(reference);
    differences.set(manifest, { object, isNew: live === undefined, paths });
  });
  return objects.flatMap((manifest) => differences.get(manifest) ?? []);
}

/** Which object a manifest is. */
export function referenceTo({ apiVersion, kind, metadata }: Manifest): ObjectReference {
  const { name, namespace } = metadata;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

async function pathsOf(
  cluster: Cluster,
  manifest: Manifest,
  { type, reference }: Found,
  fieldManager: string,
): Promise<readonly string[]> {
  const version = type.group === "" ? type.version : `${type.group}/${type.version}`;
  if (version !== manifest.apiVersion) return ["apiVersion"];
  const live = await cluster.get(type, nameOf(reference));
  if (live === undefined) return [];
  const wanted =
    manifest.kind === DEFINITION
      ? await definitionWith(cluster, manifest, live, { type, fieldManager })
      : await defaulted(cluster, manifest, { type, fieldManager });
  return changedPaths(live, wanted, installedFields(managedFieldsOf(live)));
}

interface As {
  readonly type: Found["type"];
  readonly fieldManager: string;
}

/** A manifest with the server's defaults, as an object of another name. */
async function defaulted(
  cluster: Cluster,
  manifest: Manifest,
  { type, fieldManager }: As,
): Promise<JsonObject> {
  const { namespace } = manifest.metadata;
  const twin = { ...manifest, metadata: { ...manifest.metadata, name: AS_IF } };
  const scope = namespace === undefined ? {} : { namespace };
  return await cluster.create(type, twin, { ...scope, fieldManager, dryRun: true });
}

/** A CRD can have no other name, and its schemas say little: only whether anything of its spec changes is told. */
async function definitionWith(
  cluster: Cluster,
  manifest: Manifest,
  live: JsonObject,
  { type, fieldManager }: As,
): Promise<JsonObject> {
  const patch = { type: "apply", value: manifest, force: true } as const;
  const { name } = manifest.metadata;
  const applied = await cluster.patch(type, { name }, patch, { fieldManager, dryRun: true });
  const isSame =
    objectAt(applied, "metadata")["generation"] === objectAt(live, "metadata")["generation"];
  return { metadata: manifest.metadata, spec: isSame ? live["spec"] : "another" };
}

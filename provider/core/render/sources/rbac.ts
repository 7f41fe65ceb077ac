import { listAt, objectAt, textAt } from "../../deployment";
import { isObject, type Json, type Manifest } from "../../manifest";
import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/**
 * Roles, bindings and the quota of the release, each with the suffix `-<namespace>`, so that instances in different
 * namespaces do not share cluster-scoped objects.
 */
export function rbac({ spec, release }: Context): readonly Draft[] {
  const names = new Set(release.rbac.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  return release.rbac.map((manifest) => ({
    ...draftOf(manifest),
    manifest: suffixed(manifest, spec.namespace, names),
  }));
}

function suffixed(manifest: Manifest, namespace: string, names: ReadonlySet<string>): Manifest {
  const metadata = { ...manifest.metadata, name: `${manifest.metadata.name}-${namespace}` };
  if (manifest.kind === "ResourceQuota") {
    return { ...manifest, metadata: { ...metadata, namespace } };
  }
  if (!manifest.kind.endsWith("Binding")) return { ...manifest, metadata };
  const roleRef = objectAt(manifest, "roleRef");
  const role = textAt(roleRef, "name");
  return {
    ...manifest,
    metadata,
    roleRef: names.has(`${textAt(roleRef, "kind")}/${role}`)
      ? { ...roleRef, name: `${role}-${namespace}` }
      : roleRef,
    subjects: listAt(manifest, "subjects").map((subject) => inNamespace(subject, namespace)),
  };
}

/** The subjects of a release live in `flux-system`. */
function inNamespace(subject: Json, namespace: string): Json {
  return isObject(subject) ? { ...subject, namespace } : subject;
}

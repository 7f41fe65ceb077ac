import { listAt } from "../../deployment";
import { isObject, type Json, type Manifest } from "../../manifest";
import { isNamespaced } from "../../scope";
import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/**
 * Roles, bindings and the quota of the release, each with the suffix `-<namespace>`, so that instances in different
 * namespaces do not share cluster-scoped objects.
 */
export function rbac({ spec, release }: Context): readonly Draft[] {
  return release.rbac.map((manifest) => {
    const draft = draftOf(manifest);
    const renamed = { ...draft, manifest: suffixed(manifest, spec.namespace) };
    if (!isNamespaced(manifest)) return renamed;
    return { ...renamed, former: [{ ...draft.original, namespace: spec.namespace }] };
  });
}

/** A reference to a renamed role follows it once the patches are applied. */
function suffixed(manifest: Manifest, namespace: string): Manifest {
  const metadata = { ...manifest.metadata, name: `${manifest.metadata.name}-${namespace}` };
  if (isNamespaced(manifest)) return { ...manifest, metadata: { ...metadata, namespace } };
  if (!manifest.kind.endsWith("Binding")) return { ...manifest, metadata };
  return {
    ...manifest,
    metadata,
    subjects: listAt(manifest, "subjects").map((subject) => inNamespace(subject, namespace)),
  };
}

/** The subjects of a release live in `flux-system`. */
function inNamespace(subject: Json, namespace: string): Json {
  return isObject(subject) ? { ...subject, namespace } : subject;
}

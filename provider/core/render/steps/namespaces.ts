import { listAt, withObjectAt } from "../../deployment";
import { isObject, type Json, type Manifest } from "../../manifest";
import { remembered } from "../../patch";
import { isNamespaced } from "../../scope";
import type { Step } from "../context";
import { withManifest } from "../draft";

/** The Service that converts the objects of a CustomResourceDefinition. */
const CONVERTER = ["spec", "conversion", "webhook", "clientConfig", "service"];

/**
 * Every namespaced object lives in the namespace of the instance, and the Namespace is that one, whatever a patch
 * says; so are the other fields that kustomize knows to name it.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/
 */
export const namespaces: Step = (drafts, { spec }) =>
  drafts.map((draft) => withManifest(remembered(draft), within(draft.manifest, spec.namespace)));

function within(manifest: Manifest, namespace: string): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  const placed = isNamespaced(manifest)
    ? { ...manifest, metadata: { ...metadata, namespace } }
    : manifest;
  if (kind === "RoleBinding" || kind === "ClusterRoleBinding") return bound(placed, namespace);
  if (kind === "Namespace" && apiVersion === "v1") {
    return { ...manifest, metadata: { ...metadata, name: namespace } };
  }
  if (kind !== "CustomResourceDefinition") return placed;
  return withObjectAt(placed, CONVERTER, (service) =>
    service["namespace"] === undefined ? service : { ...service, namespace },
  );
}

/** Of the subjects of a binding only those that are called `default`. */
function bound(binding: Manifest, namespace: string): Manifest {
  if (!Array.isArray(binding["subjects"])) return binding;
  const placed = (subject: Json) =>
    isObject(subject) && subject["name"] === "default" ? { ...subject, namespace } : subject;
  return { ...binding, subjects: listAt(binding, "subjects").map(placed) };
}

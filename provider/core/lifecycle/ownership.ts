import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject } from "../manifest";
import { ID_ANNOTATION } from "./marks";
import type { ObjectReference } from "./inputs";

/** An object that is in the cluster; of the live one only `metadata` is looked at. */
export interface Existing {
  readonly reference: ObjectReference;
  readonly live: JsonObject;
}

/** The same object in any version of its kind. */
export function keyOf({ apiVersion, kind, namespace = "", name }: ObjectReference): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return [group, kind, namespace, name].join("/");
}

/** `Kind/namespace/name`, or `Kind/name` where there is no namespace. */
export function printReference({ kind, namespace, name }: ObjectReference): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** The id of the FluxInstance that an object belongs to, if any. */
export function idOf(live: JsonObject): string | undefined {
  const id = annotationsOf(live)[ID_ANNOTATION];
  return typeof id === "string" && id !== "" ? id : undefined;
}

/** Whether an object is being deleted. */
export function isGoing(live: JsonObject): boolean {
  return objectAt(live, "metadata")["deletionTimestamp"] !== undefined;
}

/** Who has made an object that is not ours, in words, as its labels, annotations and field managers tell it. */
export function ownerOf(live: JsonObject): string {
  const labels = objectAt(objectAt(live, "metadata"), "labels");
  const marks: JsonObject = { ...labels, ...annotationsOf(live) };
  const named = MARKS.filter(({ name }) => textAt(marks, name) !== "").map(
    ({ title, name, namespace }) => {
      const scope = namespace === undefined ? "" : textAt(marks, namespace);
      return `${title} ${scope === "" ? "" : `${scope}/`}${textAt(marks, name)}`;
    },
  );
  const [first] = named;
  const managers = installersOf(live);
  if (first !== undefined) {
    return managers.length === 0 ? first : `${first} (field manager ${managers.join(", ")})`;
  }
  return managers.length === 0 ? "nobody that can be told" : `field manager ${managers.join(", ")}`;
}

/** The field managers of an object's own fields, without those that only keep it running. */
export function installersOf(live: JsonObject): readonly string[] {
  const names = managedFieldsOf(live)
    .filter((entry) => textAt(entry, "subresource") === "" && !isKeeper(entry))
    .map((entry) => textAt(entry, "manager"));
  return [...new Set(names)].toSorted();
}

/** The entries of `metadata.managedFields`. */
export function managedFieldsOf(live: JsonObject): readonly JsonObject[] {
  return listAt(objectAt(live, "metadata"), "managedFields").filter((entry) => isObject(entry));
}

/** The annotations of an object; empty where it has none. */
export function annotationsOf(live: JsonObject): JsonObject {
  return objectAt(objectAt(live, "metadata"), "annotations");
}

/** What tells an owner, the one that reconciles first: labels and annotations that hold names. */
const MARKS: readonly {
  readonly title: string;
  readonly name: string;
  readonly namespace?: string;
}[] = [
  {
    title: "FluxInstance",
    name: "fluxcd.controlplane.io/name",
    namespace: "fluxcd.controlplane.io/namespace",
  },
  {
    title: "HelmRelease",
    name: "helm.toolkit.fluxcd.io/name",
    namespace: "helm.toolkit.fluxcd.io/namespace",
  },
  {
    title: "Helm release",
    name: "meta.helm.sh/release-name",
    namespace: "meta.helm.sh/release-namespace",
  },
  {
    title: "Kustomization",
    name: "kustomize.toolkit.fluxcd.io/name",
    namespace: "kustomize.toolkit.fluxcd.io/namespace",
  },
  { title: "Argo CD application", name: "argocd.argoproj.io/instance" },
  { title: "Argo CD application", name: "argocd.argoproj.io/tracking-id" },
  { title: "managed-by label", name: "app.kubernetes.io/managed-by" },
  { title: "instance label", name: "app.kubernetes.io/instance" },
];

/**
 * Kubernetes itself writes to the objects, and Flux's controllers put finalizers on theirs: by Update, where
 * kustomize-controller installs by Apply.
 */
const KEEPERS =
  /^(?:kube-.*|kubelet|k3s|cloud-controller-manager|horizontal-pod-autoscaler|vpa-.*|(?:source|kustomize|helm|notification|image-reflector|image-automation)-controller|source-watcher)$/;

function isKeeper(entry: JsonObject): boolean {
  return textAt(entry, "operation") !== "Apply" && KEEPERS.test(textAt(entry, "manager"));
}

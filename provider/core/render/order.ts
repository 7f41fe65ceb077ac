import { groupOf, type Manifest } from "../manifest";

/** Kinds that others need come first; every other kind follows by API group and kind. */
const FIRST: readonly string[] = [
  "CustomResourceDefinition",
  "Namespace",
  "ClusterRole",
  "ClusterClass",
  "RuntimeClass",
  "PriorityClass",
  "StorageClass",
  "VolumeSnapshotClass",
  "IngressClass",
  "GatewayClass",
  "ClusterRoleBinding",
  "ResourceQuota",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ConfigMap",
  "Secret",
  "Service",
  "LimitRange",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];
const LAST: readonly string[] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

function sortKey(manifest: Manifest): readonly string[] {
  const { kind, metadata } = manifest;
  const first = FIRST.indexOf(kind);
  const last = LAST.indexOf(kind);
  const rank = first >= 0 ? first : FIRST.length + 1 + last;
  const group = first >= 0 || last >= 0 ? "" : groupOf(manifest);
  return [String(rank).padStart(3, "0"), group, kind, metadata.namespace ?? "", metadata.name];
}

/** Manifests in apply order: by kind, then namespace, then name. */
export function inApplyOrder<T>(
  items: readonly T[],
  manifestOf: (item: T) => Manifest,
): readonly T[] {
  return items
    .map((item) => ({ item, key: sortKey(manifestOf(item)) }))
    .sort((left, right) => compare(left.key, right.key))
    .map(({ item }) => item);
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? "";
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

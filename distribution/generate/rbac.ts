import type { Json, Manifest } from "../../provider/core/manifest";
import type { Component } from "../../provider/core/spec/spec";

const group = "rbac.authorization.k8s.io";
const read = ["get", "list", "watch"];
const readWrite = [...read, "create", "update", "patch", "delete"];

/** API groups in the order of the controllers' role. */
const reconciled = [
  "source.toolkit.fluxcd.io",
  "kustomize.toolkit.fluxcd.io",
  "helm.toolkit.fluxcd.io",
  "notification.toolkit.fluxcd.io",
  "image.toolkit.fluxcd.io",
  "source.extensions.fluxcd.io",
];

/** The same API groups in the order of the roles for people. */
const aggregated = [
  "notification.toolkit.fluxcd.io",
  "source.toolkit.fluxcd.io",
  "source.extensions.fluxcd.io",
  "helm.toolkit.fluxcd.io",
  "image.toolkit.fluxcd.io",
  "kustomize.toolkit.fluxcd.io",
];

/** Components bound to `cluster-admin`: they apply what users declare. */
const appliers: readonly Component[] = ["kustomize-controller", "helm-controller"];

const all: readonly Component[] = [
  ...appliers,
  "source-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
];

/** Quota, roles and bindings shared by the components. */
export function rbac(): readonly Manifest[] {
  return [
    criticalPods,
    clusterRole("crd-controller", controllerRules()),
    aggregatedRole("flux-edit", ["admin", "edit"], writeVerbs),
    aggregatedRole("flux-view", ["admin", "edit", "view"], read),
    clusterRoleBinding("cluster-reconciler", "cluster-admin", appliers),
    clusterRoleBinding("crd-controller", "crd-controller", all),
  ];
}

const writeVerbs = ["create", "delete", "deletecollection", "patch", "update"];

/** Some clusters admit critical pods outside kube-system only where a quota names the class. */
const criticalPods: Manifest = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "critical-pods" },
  spec: {
    hard: { pods: "1000" },
    scopeSelector: {
      matchExpressions: [
        {
          operator: "In",
          scopeName: "PriorityClass",
          values: ["system-node-critical", "system-cluster-critical"],
        },
      ],
    },
  },
};

function controllerRules(): readonly Json[] {
  return [
    ...reconciled.map((apiGroup) => rule([apiGroup], ["*"], ["*"])),
    rule([""], ["namespaces", "secrets", "configmaps", "serviceaccounts"], read),
    rule([""], ["events"], ["create", "patch"]),
    rule([""], ["configmaps"], readWrite),
    rule([""], ["configmaps/status"], ["get", "update", "patch"]),
    rule(["coordination.k8s.io"], ["leases"], readWrite),
    rule([""], ["serviceaccounts/token"], ["create"]),
    { nonResourceURLs: ["/livez/ping"], verbs: ["head"] },
  ];
}

function rule(
  apiGroups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): Json {
  return { apiGroups, resources, verbs };
}

function clusterRole(name: string, rules: readonly Json[]): Manifest {
  return { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name }, rules };
}

/** A role the cluster adds to its own: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles. */
function aggregatedRole(
  name: string,
  targets: readonly string[],
  verbs: readonly string[],
): Manifest {
  const labels = Object.fromEntries(
    targets.map((target) => [`${group}/aggregate-to-${target}`, "true"]),
  );
  const role = clusterRole(name, [rule(aggregated, ["*"], verbs)]);
  return { ...role, metadata: { labels, name } };
}

function clusterRoleBinding(name: string, role: string, accounts: readonly Component[]): Manifest {
  return {
    apiVersion: `${group}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: role },
    subjects: accounts.map((account) => ({
      kind: "ServiceAccount",
      name: account,
      namespace: "flux-system",
    })),
  };
}

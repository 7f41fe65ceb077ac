import type { ResourceType } from "../cluster/paths";
import { CLAIMS, DEFINITIONS, DEPLOYMENTS } from "../cluster/types";
import { CLUSTER_ROLES } from "./owner-record";

/** A type of objects with the name of its kind, for messages. */
export interface LiveKind extends ResourceType {
  readonly kind: string;
}

const core = (plural: string, kind: string): LiveKind => {
  return { group: "", version: "v1", plural, kind };
};
const rbac = (plural: string, kind: string): LiveKind => {
  return { group: "rbac.authorization.k8s.io", version: "v1", plural, kind };
};

export const DEPLOYMENT_KIND: LiveKind = { ...DEPLOYMENTS, kind: "Deployment" };
export const DEFINITION_KIND: LiveKind = { ...DEFINITIONS, kind: "CustomResourceDefinition" };
export const CLUSTER_ROLE_KIND: LiveKind = { ...CLUSTER_ROLES, kind: "ClusterRole" };
export const CLUSTER_ROLE_BINDING_KIND = rbac("clusterrolebindings", "ClusterRoleBinding");

/** What Flux is made of in its namespace, besides Deployments and sync objects. Secrets and ConfigMaps are the user's. */
export const NAMESPACED_KINDS: readonly LiveKind[] = [
  core("services", "Service"),
  { group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy" },
  rbac("rolebindings", "RoleBinding"),
  rbac("roles", "Role"),
  core("serviceaccounts", "ServiceAccount"),
  { ...CLAIMS, kind: "PersistentVolumeClaim" },
  core("resourcequotas", "ResourceQuota"),
];

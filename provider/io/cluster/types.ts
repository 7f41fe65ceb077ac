import type { ResourceType } from "./paths";

/** Types that every cluster has. */
export const NAMESPACES: ResourceType = { group: "", version: "v1", plural: "namespaces" };
export const PODS: ResourceType = { group: "", version: "v1", plural: "pods" };
export const SECRETS: ResourceType = { group: "", version: "v1", plural: "secrets" };
export const EVENTS: ResourceType = { group: "", version: "v1", plural: "events" };
export const CLAIMS: ResourceType = {
  group: "",
  version: "v1",
  plural: "persistentvolumeclaims",
};
export const DEPLOYMENTS: ResourceType = { group: "apps", version: "v1", plural: "deployments" };
export const DEFINITIONS: ResourceType = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
};

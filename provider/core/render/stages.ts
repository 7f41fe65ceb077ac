import type { Manifest } from "../manifest";

/**
 * Stages of an instance: objects of one stage wait for all objects of the stages it depends on, and go before them
 * when the instance is destroyed.
 */
export type Stage = "namespace" | "definition" | "base" | "service" | "sync" | "controller";

/**
 * A Deployment never waits for a Service: a Service is ready when its endpoints are. A sync object never waits for a
 * Deployment: at destroy it would go first, and a running kustomize-controller would prune all that it synced.
 */
export const DEPENDS_ON: Readonly<Record<Stage, readonly Stage[]>> = {
  namespace: [],
  definition: ["namespace"],
  base: ["namespace"],
  service: ["namespace"],
  sync: ["namespace", "definition", "base"],
  controller: ["namespace", "definition", "base", "sync"],
};

/** Stages in an order in which each comes after those it depends on. */
export const STAGES: readonly Stage[] = [
  "namespace",
  "definition",
  "base",
  "service",
  "sync",
  "controller",
];

const STAGE_OF_KIND: Readonly<Record<string, Stage>> = {
  Namespace: "namespace",
  CustomResourceDefinition: "definition",
  Service: "service",
  Deployment: "controller",
  Kustomization: "sync",
  GitRepository: "sync",
  OCIRepository: "sync",
  Bucket: "sync",
};

/** The stage of an object; RBAC, accounts, policies, quotas, claims and the like are `base`. */
export function stageOf({ kind }: Manifest): Stage {
  return STAGE_OF_KIND[kind] ?? "base";
}

import type { Manifest } from "../manifest";

/** Stages of the objects of an instance, and of the lifecycle resources among them. */
export type ObjectStage = "namespace" | "definition" | "base" | "service" | "sync" | "controller";
export type LifecycleStage =
  "transition" | "adoption" | "migration" | "gate" | "readiness" | "migrated";
export type Stage = ObjectStage | LifecycleStage;

/**
 * Members of one stage wait for all members of the stages that it depends on, and go before them when the instance is
 * destroyed. The stages are in an order in which each comes after those.
 *
 * A Deployment never waits for a Service: a Service is ready when its endpoints are. A sync object never waits for a
 * Deployment: at destroy it would go first, and a running kustomize-controller would prune all that it synced. The
 * gates stand between: at destroy the controllers go, then each gate frees the custom resources from finalizers that
 * nobody is left to serve, then those go and their definitions.
 *
 * Objects are migrated a second time before anything of them is applied again: a controller of the old release may have
 * written meanwhile, and an object with an owner at a version that is gone can't be applied.
 */
export const DEPENDS_ON: Readonly<Record<Stage, readonly Stage[]>> = {
  transition: [],
  adoption: ["transition"],
  migration: ["transition", "adoption"],
  namespace: ["transition", "adoption"],
  definition: ["namespace", "migration", "adoption"],
  base: ["namespace", "adoption"],
  service: ["namespace", "adoption"],
  migrated: ["definition"],
  sync: ["namespace", "definition", "base", "migrated"],
  gate: ["namespace", "definition", "base", "sync"],
  controller: ["namespace", "definition", "base", "sync", "gate", "migrated"],
  readiness: ["controller", "sync"],
};

/** The stages in the order of registration. */
export const STAGES = Object.keys(DEPENDS_ON) as readonly Stage[];

const STAGE_OF_KIND: Readonly<Record<string, ObjectStage>> = {
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
export function stageOf({ kind }: Manifest): ObjectStage {
  return STAGE_OF_KIND[kind] ?? "base";
}

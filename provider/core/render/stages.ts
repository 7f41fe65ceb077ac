import type { Manifest } from "../manifest";

/** Stages of the objects of an instance, and of the lifecycle resources among them. */
export type ObjectStage = "namespace" | "definition" | "base" | "service" | "sync" | "controller";
export type LifecycleStage =
  "adoption" | "migration" | "removal" | "gate" | "readiness" | "migrated";
export type Stage = ObjectStage | LifecycleStage;

/**
 * Members of one stage wait for all members of the stages that it depends on, and go before them when the instance is
 * destroyed. The stages are in an order in which each comes after those. Identity and Transition come before all stages.
 *
 * A Deployment never waits for a Service: a Service is ready when its endpoints are. A sync object never waits for a
 * Deployment: at destroy it would go first, and a running kustomize-controller would prune all that it synced. The
 * gates stand between: at destroy the controllers go, then each gate frees the custom resources from finalizers that
 * nobody is left to serve, then those go and their definitions.
 *
 * An object that the engine retains depends on its own removal, which deletes it in the cluster after it has left the state.
 * Gates and controllers depend on the removals too: a refresh that drops the objects from the state keeps that order.
 * Readiness depends on everything, so its delete is the first one, and makes sure of the cluster.
 *
 * Objects are migrated a second time before anything of them is applied again: a controller of the old release may have
 * written meanwhile, and an object with an owner at a version that is gone can't be applied.
 */
export const DEPENDS_ON: Readonly<Record<Stage, readonly Stage[]>> = {
  adoption: [],
  migration: ["adoption"],
  removal: [],
  namespace: ["adoption"],
  definition: ["namespace", "migration", "adoption"],
  base: ["namespace", "adoption"],
  service: ["namespace", "adoption"],
  migrated: ["definition"],
  sync: ["namespace", "definition", "base", "migrated"],
  gate: ["removal", "namespace", "definition", "base", "sync"],
  controller: ["removal", "namespace", "definition", "base", "sync", "gate", "migrated"],
  readiness: [
    "adoption",
    "migration",
    "removal",
    "namespace",
    "definition",
    "base",
    "service",
    "migrated",
    "sync",
    "gate",
    "controller",
  ],
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

/**
 * Whether the engine never deletes an object in the cluster. These hold data, or take custom resources and workloads with them;
 * the engine deletes by name, also where it only replaces. The Namespace is a patch, whose delete gives fields back.
 */
export function isRetained(manifest: Manifest): boolean {
  const stage = stageOf(manifest);
  return stage === "definition" || stage === "sync" || manifest.kind === "PersistentVolumeClaim";
}

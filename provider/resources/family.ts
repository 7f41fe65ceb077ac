import type { Input, Output } from "@pulumi/pulumi/output";
import type { CustomResource, ProviderResource, Resource } from "@pulumi/pulumi/resource";
import { claimsOf } from "../core/deployment";
import { FIELD_MANAGER } from "../core/lifecycle/marks";
import { lifecycleInputs } from "../core/lifecycle/inputs";
import {
  DEPENDS_ON,
  stageOf,
  STAGES,
  type LifecycleStage,
  type Stage,
} from "../core/render/stages";
import { registerChild, type Family } from "./children";
import type { ConnectionInputs } from "./connection";
import type { Instance } from "./flux-instance";
import { LifecycleResource, type LifecycleFamily } from "./lifecycle";
import { LIFECYCLE } from "./outputs";

/** What registering an instance takes. */
export interface Registering {
  readonly instance: Instance;
  readonly family: Omit<Family, "storage" | "provider">;
  readonly connection: ConnectionInputs;
  /** Makes the Kubernetes provider of the children, for the cluster with this UID. */
  readonly provider: (cluster: Input<unknown>) => ProviderResource;
}

/** All resources of an instance. */
export interface Registered {
  readonly all: readonly Resource[];
  /** Whether Flux is ready. */
  readonly ready: Output<unknown>;
}

/** The members of each stage that is registered. */
type Members = (stage: Stage) => readonly CustomResource[];
type Register = (dependsOn: readonly Resource[]) => readonly CustomResource[];

/** The Kubernetes plugin replaces a claim for another class, and would update its size in place, which can't shrink. */
const CLAIM_SIZE = "spec.resources.requests.storage";

/** Registers the objects of an instance, and its lifecycle resources among them, stage by stage. */
export function registerFamily(registering: Registering): Registered {
  const stages = new Map<Stage, readonly CustomResource[]>();
  const members: Members = (stage) => stages.get(stage) ?? [];
  const lifecycle = lifecycleStages(registering, members);
  const objects = objectStage(registering, members);
  for (const stage of STAGES) {
    const register = isLifecycle(stage) ? lifecycle[stage] : objects(stage);
    stages.set(stage, register(DEPENDS_ON[stage].flatMap(members)));
  }
  return { all: [...stages.values()].flat(), ready: outputOf(members("readiness"), "ready") };
}

/** The children of one stage. */
function objectStage(
  { instance: { rendered, spec }, family, provider: makeProvider }: Registering,
  members: Members,
): (stage: Stage) => Register {
  let provider: ProviderResource | undefined;
  const claims = new Map<string, CustomResource>();
  const storage = (definition: string) =>
    (outputOf(members("migration"), "storage") as Output<Record<string, unknown>>)[definition];
  return (stage) => (dependsOn) =>
    rendered.objects
      .filter(({ manifest }) => stageOf(manifest) === stage)
      .map((object) => {
        const { kind, metadata } = object.manifest;
        const isClaim = kind === "PersistentVolumeClaim";
        const mayReplace = spec.storage?.allowReplace === true;
        // Transition has deleted the Deployment of a claim that is replaced, as no claim goes while a pod uses it.
        const replaceWith = mayReplace ? claimed(object.manifest) : [];
        const replaceOnChanges = mayReplace && isClaim ? [CLAIM_SIZE] : [];
        const relations = { dependsOn, replaceWith, replaceOnChanges };
        provider ??= makeProvider(outputOf(members("transition"), "cluster"));
        const child = registerChild(object, relations, { ...family, provider, storage });
        if (isClaim) claims.set(metadata.name, child);
        return child;
      });

  function claimed(manifest: Parameters<typeof claimsOf>[0]): readonly CustomResource[] {
    return claimsOf(manifest).flatMap((name) => claims.get(name) ?? []);
  }
}

/** The lifecycle resources of each of their stages. */
function lifecycleStages(
  { instance, family, connection }: Registering,
  members: Members,
): Readonly<Record<LifecycleStage, Register>> {
  const { spec, release, rendered } = instance;
  const inputs = lifecycleInputs(spec, release, rendered);
  const { name, parent, urn, customTimeouts } = family;
  const relatives: LifecycleFamily = {
    name,
    parent,
    connection,
    ...(customTimeouts === undefined ? {} : { customTimeouts }),
  };
  const cluster = () => ({ cluster: outputOf(members("transition"), "cluster") });
  // The SDK sends no input that is named `urn`.
  const owner = { instance: urn, manager: FIELD_MANAGER };
  type Parameters = ConstructorParameters<typeof LifecycleResource>;
  const one =
    (token: Parameters[0], role: string, given: () => Parameters[2]): Register =>
    (dependsOn) => [new LifecycleResource(token, role, given(), relatives, dependsOn)];
  const { transition, adoption, storageMigration, uninstallGate, readiness } = LIFECYCLE;
  return {
    transition: one(transition, "transition", () => ({
      ...inputs.transition,
      upsert: true,
      ...owner,
    })),
    adoption: spec.adopt
      ? one(adoption, "adoption", () => ({ ...inputs.adoption, ...owner, ...cluster() }))
      : () => [],
    migration: one(storageMigration, "before", () => ({
      ...inputs.migration,
      stage: "before",
      ...cluster(),
    })),
    gate: (dependsOn) =>
      inputs.gates.flatMap((gate) =>
        one(uninstallGate, gate.component, () => ({ ...gate, ...cluster() }))(dependsOn),
      ),
    readiness: one(readiness, "readiness", () => ({ ...inputs.readiness, ...cluster() })),
    migrated: spec.migrateResources
      ? one(storageMigration, "after", () => ({
          ...inputs.migration,
          stage: "after",
          ...cluster(),
        }))
      : () => [],
  };
}

function isLifecycle(stage: Stage): stage is LifecycleStage {
  return ["transition", "adoption", "migration", "gate", "readiness", "migrated"].includes(stage);
}

/** An output of the one resource of a stage. */
function outputOf([resource]: readonly CustomResource[], name: string): Output<unknown> {
  if (resource instanceof LifecycleResource) return resource.output(name);
  throw new Error(`there is no lifecycle resource with the output ${name}`);
}

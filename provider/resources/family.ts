import type { Output } from "@pulumi/pulumi/output";
import type { CustomResource, Resource } from "@pulumi/pulumi/resource";
import { accountOf, claimsOf } from "../core/deployment";
import { FIELD_MANAGER } from "../core/lifecycle/marks";
import { referenceTo, type LifecycleInputs } from "../core/lifecycle/inputs";
import { keyOf } from "../core/lifecycle/ownership";
import type { Manifest } from "../core/manifest";
import {
  DEPENDS_ON,
  stageOf,
  STAGES,
  type LifecycleStage,
  type Stage,
} from "../core/render/stages";
import { registerChild, type Family } from "./children";
import type { Guarded } from "./guard";
import type { Instance } from "./flux-instance";
import { LifecycleResource, type LifecycleFamily } from "./lifecycle";
import { LIFECYCLE } from "./outputs";

/** What registering an instance takes. */
export interface Registering {
  readonly instance: Instance;
  /** What its lifecycle resources are told. */
  readonly lifecycle: LifecycleInputs;
  readonly family: Omit<Family, "storage">;
  readonly relatives: LifecycleFamily;
  readonly guarded: Guarded;
}

/** The members of each stage that is registered. */
type Members = (stage: Stage) => readonly CustomResource[];
type Register = (dependsOn: readonly Resource[]) => readonly CustomResource[];

/** The Kubernetes plugin replaces a claim for another class, and would update its size in place, which can't shrink. */
const CLAIM_SIZE = "spec.resources.requests.storage";

/**
 * Registers the objects of an instance, and its lifecycle resources among them, stage by stage.
 *
 * @returns the resource Readiness, which depends on all others
 */
export function registerFamily(registering: Registering): LifecycleResource {
  const stages = new Map<Stage, readonly CustomResource[]>();
  const members: Members = (stage) => stages.get(stage) ?? [];
  const removals = new Map<string, LifecycleResource>();
  const lifecycle = lifecycleStages(registering, removals);
  const objects = objectStage(registering, members, removals);
  for (const stage of STAGES) {
    const register = isLifecycle(stage) ? lifecycle[stage] : objects(stage);
    const before = [registering.guarded.transition, ...DEPENDS_ON[stage].flatMap(members)];
    stages.set(stage, register(before));
  }
  return only(members("readiness"));
}

/** The children of one stage. */
function objectStage(
  { instance: { rendered, spec }, family }: Registering,
  members: Members,
  removals: ReadonlyMap<string, LifecycleResource>,
): (stage: Stage) => Register {
  const replacers = new Map<string, CustomResource>();
  const storage = (definition: string) =>
    (only(members("migration")).output("storage") as Output<Record<string, unknown>>)[definition];
  return (stage) => (dependsOn) =>
    rendered.objects
      .filter(({ manifest }) => stageOf(manifest) === stage)
      .map((object) => {
        const { manifest } = object;
        const { kind, metadata } = manifest;
        const mayReplace = spec.storage?.allowReplace === true;
        const isClaim = kind === "PersistentVolumeClaim";
        const removal = removals.get(keyOf(referenceTo(manifest)));
        const relations = {
          dependsOn: removal === undefined ? dependsOn : [...dependsOn, removal],
          replaceWith: replacersOf(manifest).flatMap((key) => replacers.get(key) ?? []),
          replaceOnChanges: mayReplace && isClaim ? [CLAIM_SIZE] : [],
        };
        const child = registerChild(object, relations, { ...family, storage });
        replacers.set(`${kind} ${metadata.name}`, child);
        return child;
      });
}

/**
 * The objects that a Deployment is replaced with. Transition has deleted it when a claim of its pods is replaced, and the
 * tokens of its pods end with the UID of their ServiceAccount.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
function replacersOf(manifest: Manifest): readonly string[] {
  const account = accountOf(manifest);
  return [
    ...claimsOf(manifest).map((name) => `PersistentVolumeClaim ${name}`),
    ...(account === "" ? [] : [`ServiceAccount ${account}`]),
  ];
}

/** The lifecycle resources of each of their stages. */
function lifecycleStages(
  { instance: { spec }, lifecycle: inputs, relatives, guarded }: Registering,
  removals: Map<string, LifecycleResource>,
): Readonly<Record<LifecycleStage, Register>> {
  const { owner, cluster, transition } = guarded;
  const own = { owner, cluster };
  type Parameters = ConstructorParameters<typeof LifecycleResource>;
  const one =
    (token: Parameters[0], role: string, given: Parameters[2]): Register =>
    (dependsOn) => [new LifecycleResource(token, role, given, relatives, dependsOn)];
  const { adoption, storageMigration, removal, uninstallGate, readiness } = LIFECYCLE;
  const migrating = (stage: "before" | "after") =>
    one(storageMigration, stage, { ...inputs.migration, stage, cluster });
  return {
    adoption: spec.adopt
      ? one(adoption, "adoption", { ...inputs.adoption, ...own, manager: FIELD_MANAGER })
      : () => [],
    migration: migrating("before"),
    removal: (dependsOn) =>
      inputs.removals.map((given) => {
        const { object } = given;
        const role = `remove:${object.kind.toLowerCase()}:${object.name}`;
        const made = only(one(removal, role, { ...given, ...own })(dependsOn));
        removals.set(keyOf(object), made);
        return made;
      }),
    gate: (dependsOn) =>
      inputs.gates.flatMap((gate) =>
        one(uninstallGate, gate.component, { ...gate, ...own })(dependsOn),
      ),
    readiness: one(readiness, "readiness", {
      ...inputs.readiness,
      ...own,
      lineage: transition.output("lineage"),
    }),
    migrated: spec.migrateResources ? migrating("after") : () => [],
  };
}

function isLifecycle(stage: Stage): stage is LifecycleStage {
  return ["adoption", "migration", "removal", "gate", "readiness", "migrated"].includes(stage);
}

/** The one lifecycle resource of a stage. */
function only([resource]: readonly CustomResource[]): LifecycleResource {
  if (resource instanceof LifecycleResource) return resource;
  throw new Error("a stage has no lifecycle resource");
}

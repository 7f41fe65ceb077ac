import { Output, type Input } from "@pulumi/pulumi/output";
import {
  CustomResource,
  type CustomResourceOptions,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi/resource";
import { groupOf, versionOf, type Manifest } from "../core/manifest";
import type { RenderedObject } from "../core/render";
import { DEPENDS_ON, stageOf, STAGES, type Stage } from "../core/render/stages";
import type { Opaques } from "./opaque";
import { propertiesOf, type Properties } from "./properties";

/** The version of the Kubernetes plugin that the children ask for. */
export const KUBERNETES_VERSION = "4.34.2";

/** The field manager of every child, the same in every run, so that ownership of fields can be told. */
const FIELD_MANAGER = "pulumi-flux-instance";

/** A resource of the Kubernetes plugin, by its token. */
class Child extends CustomResource {}

/** What all children of an instance share. */
export interface Family {
  readonly name: string;
  readonly parent: Resource;
  readonly opaques: Opaques;
  /** Wait until Deployments are available. */
  readonly wait: boolean;
  readonly provider?: ProviderResource;
  readonly ignoreChanges?: readonly string[];
  readonly customTimeouts?: CustomResourceOptions["customTimeouts"];
}

/** One `kubernetes:*` resource for each rendered object, in the order of the stages. */
export function registerChildren(
  objects: readonly RenderedObject[],
  family: Family,
): readonly CustomResource[] {
  const stages = new Map<Stage, readonly CustomResource[]>();
  for (const stage of STAGES) {
    const dependsOn = DEPENDS_ON[stage].flatMap((earlier) => stages.get(earlier) ?? []);
    const members = objects.filter(({ manifest }) => stageOf(manifest) === stage);
    stages.set(
      stage,
      members.map((object) => registerChild(object, dependsOn, family)),
    );
  }
  return [...stages.values()].flat();
}

function registerChild(
  object: RenderedObject,
  dependsOn: readonly Resource[],
  family: Family,
): CustomResource {
  const { manifest } = object;
  return new Child(
    childType(manifest),
    childName(family.name, manifest),
    annotated(propertiesOf(object, family.opaques), manifest, family),
    {
      parent: family.parent,
      dependsOn: [...dependsOn],
      version: KUBERNETES_VERSION,
      aliases: formerTypes(manifest).map((type) => ({ type })),
      ...(manifest.kind === "CustomResourceDefinition" ? { hideDiffs: ["spec"] } : {}),
      ...(family.provider === undefined ? {} : { provider: family.provider }),
      ...(family.ignoreChanges === undefined ? {} : { ignoreChanges: [...family.ignoreChanges] }),
      ...(family.customTimeouts === undefined ? {} : { customTimeouts: family.customTimeouts }),
    },
  );
}

/** Child names are a stable API: a change would replace a user's object. */
export function childName(component: string, manifest: Manifest): string {
  return `${component}:${manifest.metadata.name}`;
}

/**
 * The type token of a child. The Namespace is a patch: it creates an absent one, joins an existing one, and leaves it
 * when it is deleted.
 */
export function childType(manifest: Manifest): string {
  const group = groupOf(manifest) || "core";
  const kind = manifest.kind === "Namespace" ? "NamespacePatch" : manifest.kind;
  return `kubernetes:${group}/${versionOf(manifest)}:${kind}`;
}

/** Sync sources moved from `v1beta2` to `v1` with Flux 2.6; the child stays the same object. */
function formerTypes(manifest: Manifest): readonly string[] {
  if (manifest.kind !== "OCIRepository" && manifest.kind !== "Bucket") return [];
  const other = versionOf(manifest) === "v1" ? "v1beta2" : "v1";
  return [`kubernetes:${groupOf(manifest)}/${other}:${manifest.kind}`];
}

function annotated(properties: Properties, manifest: Manifest, family: Family): Properties {
  const metadata = properties["metadata"] as Properties;
  const own = {
    "pulumi.com/patchFieldManager": FIELD_MANAGER,
    ...forcing(manifest),
    ...awaiting(stageOf(manifest), family.wait),
  };
  return { ...properties, metadata: { ...metadata, annotations: added(metadata, own) } };
}

/** Plain where it can be, so that one unknown annotation hides no other. */
function added(metadata: Properties, own: Readonly<Record<string, string>>): Input<unknown> {
  const annotations = metadata["annotations"];
  if (!Output.isInstance(annotations))
    return { ...(annotations as Properties | undefined), ...own };
  return annotations.apply((theirs) => ({ ...(theirs as object | undefined), ...own }));
}

/**
 * What somebody else has changed on an object of Flux is taken back, as the reference does. The Namespace is not ours
 * alone: there a conflict is told.
 */
function forcing({ kind }: Manifest): Readonly<Record<string, string>> {
  return kind === "Namespace" ? {} : { "pulumi.com/patchForce": "true" };
}

/**
 * How the Kubernetes plugin waits. A Service and a sync object are not waited for: the first is ready when the
 * Deployments are, the second when controllers run. A condition that always holds makes a Deployment's creation return
 * at once, while its deletion still waits for the pods.
 */
function awaiting(stage: Stage, wait: boolean): Readonly<Record<string, string>> {
  if (stage === "service" || stage === "sync") return { "pulumi.com/skipAwait": "true" };
  if (stage === "controller" && !wait) {
    return { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };
  }
  return {};
}

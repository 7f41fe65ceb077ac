import { all, output, Output, type Input } from "@pulumi/pulumi/output";
import {
  CustomResource,
  type CustomResourceOptions,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi/resource";
import type { Absences } from "../core/lifecycle/absences";
import { referenceTo } from "../core/lifecycle/inputs";
import { keyOf } from "../core/lifecycle/ownership";
import { groupOf, versionOf, type Manifest } from "../core/manifest";
import type { RenderedObject } from "../core/render";
import {
  FIELD_MANAGER,
  ID_ANNOTATION,
  STORAGE_ANNOTATION,
  VOLUME_ANNOTATION,
} from "../core/lifecycle/marks";
import { isRetained, stageOf } from "../core/render/stages";
import type { DeletionPolicy } from "../core/spec/spec";
import type { Opaques } from "./opaque";
import { propertiesOf, type Properties } from "./properties";
import { formerChildren, type Named } from "./former";

/** The version of the Kubernetes plugin that the children ask for. */
export const KUBERNETES_VERSION = "4.34.2";

/** A resource of the Kubernetes plugin, by its token. */
class Child extends CustomResource {}

/** What all children of an instance share. */
export interface Family extends Named {
  readonly parent: Resource;
  /** The id of the instance, which every object carries. */
  readonly owner: string;
  readonly opaques: Opaques;
  /** With Retain all children stay in the cluster when they are deleted here. */
  readonly deletionPolicy: DeletionPolicy;
  /** Whether the Namespace goes with the instance. */
  readonly deleteNamespace: boolean;
  /** Labels and annotations of the Namespace that others hold, as `labels/KEY` and `annotations/KEY`. */
  readonly left: readonly string[];
  /** A mark for each CustomResourceDefinition, unknown in a preview in which its stored objects are migrated. */
  readonly storage: (definition: string) => Input<unknown>;
  /** A mark for each volume claim, unknown in a preview in which the volume is replaced. */
  readonly volume: Input<unknown>;
  /** How often each object was missing in the cluster. */
  readonly absences: Absences;
  readonly provider: ProviderResource;
  readonly ignoreChanges?: readonly string[];
  readonly customTimeouts?: CustomResourceOptions["customTimeouts"];
}

/** What one child has besides. */
export interface Relations {
  readonly dependsOn: readonly Resource[];
  /** The children that it is replaced with. */
  readonly replaceWith?: readonly Resource[];
  /** The properties whose change replaces it, besides those of the Kubernetes plugin. */
  readonly replaceOnChanges?: readonly string[];
}

/** Registers the `kubernetes:*` resource of a rendered object. */
export function registerChild(
  object: RenderedObject,
  { dependsOn, replaceWith = [], replaceOnChanges = [] }: Relations,
  family: Family,
): CustomResource {
  const { manifest } = object;
  const [type, name] = [childType(manifest), childName(family.name, manifest)];
  return new Child(type, name, annotated(propertiesOf(object, family.opaques), manifest, family), {
    parent: family.parent,
    dependsOn: [...dependsOn],
    provider: family.provider,
    version: KUBERNETES_VERSION,
    aliases: [
      ...formerTypes(manifest).map((former) => ({ type: former })),
      ...formerChildren(family, name, type),
    ],
    ...(manifest.kind === "CustomResourceDefinition" ? { hideDiffs: ["spec"] } : {}),
    ...(staysOnDelete(manifest, family) ? { retainOnDelete: true } : {}),
    // The plugin deletes by name: the delete of the old object would take the new one with it.
    ...(isRetained(manifest) ? {} : { deleteBeforeReplace: true }),
    // An object that somebody has deleted is made again.
    replacementTrigger: family.absences[keyOf(referenceTo(manifest))] ?? 0,
    ...(replaceWith.length === 0 ? {} : { replaceWith: [...replaceWith] }),
    ...(replaceOnChanges.length === 0 ? {} : { replaceOnChanges: [...replaceOnChanges] }),
    ...(family.ignoreChanges === undefined ? {} : { ignoreChanges: [...family.ignoreChanges] }),
    ...(family.customTimeouts === undefined ? {} : { customTimeouts: family.customTimeouts }),
  });
}

/** The delete of the Namespace's patch would give the id back, by which the removal of the Namespace knows it. */
function staysOnDelete(manifest: Manifest, { deletionPolicy, deleteNamespace }: Family): boolean {
  const isPatch = manifest.kind === "Namespace";
  return isRetained(manifest) || deletionPolicy === "Retain" || (isPatch && deleteNamespace);
}

/** Child names are a stable API: a change would replace a user's object. */
export function childName(component: string, manifest: Manifest): string {
  return `${component}:${manifest.metadata.name}`;
}

/**
 * The type token of a child. The Namespace is a patch: it creates an absent one, joins an existing one, and leaves it when
 * the patch is deleted.
 */
export function childType(manifest: Manifest): string {
  const group = groupOf(manifest) || "core";
  const kind = manifest.kind === "Namespace" ? "NamespacePatch" : manifest.kind;
  return `kubernetes:${group}/${versionOf(manifest)}:${kind}`;
}

/** The types that the child of the same object may have had: sync sources moved from `v1beta2` to `v1` with Flux 2.6. */
function formerTypes(manifest: Manifest): readonly string[] {
  if (manifest.kind !== "OCIRepository" && manifest.kind !== "Bucket") return [];
  const other = versionOf(manifest) === "v1" ? "v1beta2" : "v1";
  return [`kubernetes:${groupOf(manifest)}/${other}:${manifest.kind}`];
}

function annotated(properties: Properties, manifest: Manifest, family: Family): Properties {
  const metadata = properties["metadata"] as Properties;
  const own = {
    "pulumi.com/patchFieldManager": FIELD_MANAGER,
    ...owning(manifest, family),
    ...awaiting(manifest),
    ...(manifest.kind === "CustomResourceDefinition"
      ? { [STORAGE_ANNOTATION]: family.storage(manifest.metadata.name) }
      : {}),
    ...(manifest.kind === "PersistentVolumeClaim" ? { [VOLUME_ANNOTATION]: family.volume } : {}),
  };
  const claimed = manifest.kind === "Namespace" ? withoutLeft(metadata, family.left) : metadata;
  return { ...properties, metadata: { ...claimed, annotations: added(claimed, own) } };
}

/** Without the labels and annotations that others hold: the API server would refuse to take them. */
function withoutLeft(metadata: Properties, left: readonly string[]): Properties {
  const part = (name: "labels" | "annotations"): Properties => {
    const map = metadata[name];
    if (map === undefined) return {};
    const drop = (all: object) =>
      Object.fromEntries(Object.entries(all).filter(([key]) => !left.includes(`${name}/${key}`)));
    return {
      [name]: Output.isInstance(map)
        ? map.apply((all) => drop(all as object))
        : drop(map as object),
    };
  };
  return left.length === 0 ? metadata : { ...metadata, ...part("labels"), ...part("annotations") };
}

/** Plain where it can be, so that one unknown annotation hides no other. */
function added(metadata: Properties, own: Properties): Input<unknown> {
  const annotations = metadata["annotations"];
  if (!Output.isInstance(annotations))
    return { ...(annotations as Properties | undefined), ...own };
  return all([annotations, output(own)]).apply(([theirs, ours]) => ({
    ...(theirs as object | undefined),
    ...ours,
  }));
}

/**
 * Whose the object is, so that no other FluxInstance takes it. What somebody else has changed on it is taken back, as
 * the reference does. The Namespace is not ours alone: there a conflict is told.
 */
function owning({ kind }: Manifest, { owner }: Family): Properties {
  const owned = { [ID_ANNOTATION]: owner };
  return kind === "Namespace" ? owned : { "pulumi.com/patchForce": "true", ...owned };
}

/**
 * How the Kubernetes plugin waits: hardly, as Readiness does, which names the cause. A Service and a sync object are ready
 * when controllers run, and a volume may be bound when a pod needs it. A condition that always holds makes a
 * Deployment's creation return at once, while its deletion still waits for the pods.
 */
function awaiting(manifest: Manifest): Properties {
  if (isLate(manifest)) return { "pulumi.com/skipAwait": "true" };
  const isController = stageOf(manifest) === "controller";
  return isController ? { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" } : {};
}

/** Whether it gets ready only after what is created later. */
function isLate(manifest: Manifest): boolean {
  const stage = stageOf(manifest);
  return stage === "service" || stage === "sync" || manifest.kind === "PersistentVolumeClaim";
}

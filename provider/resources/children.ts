import { all, output, Output, type Input } from "@pulumi/pulumi/output";
import {
  CustomResource,
  type CustomResourceOptions,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi/resource";
import { groupOf, versionOf, type Manifest } from "../core/manifest";
import type { RenderedObject } from "../core/render";
import { FIELD_MANAGER, OWNER_ANNOTATION, STORAGE_ANNOTATION } from "../core/lifecycle/marks";
import { stageOf } from "../core/render/stages";
import type { DeletionPolicy } from "../core/spec/spec";
import type { Opaques } from "./opaque";
import { propertiesOf, type Properties } from "./properties";

/** The version of the Kubernetes plugin that the children ask for. */
export const KUBERNETES_VERSION = "4.34.2";

/** A resource of the Kubernetes plugin, by its token. */
class Child extends CustomResource {}

/** What all children of an instance share. */
export interface Family {
  readonly name: string;
  readonly parent: Resource;
  /** The URN of the parent, as a plain value: its Output would make a child wait for all children, itself too. */
  readonly urn: Promise<string>;
  readonly opaques: Opaques;
  /** Which children stay in the cluster when they are deleted here. */
  readonly deletionPolicy: DeletionPolicy;
  readonly deleteNamespace: boolean;
  /** A mark for each CustomResourceDefinition, unknown in a preview in which its stored objects are migrated. */
  readonly storage: (definition: string) => Input<unknown>;
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
  const type = childType(manifest, family.deleteNamespace);
  return new Child(
    type,
    childName(family.name, manifest),
    annotated(propertiesOf(object, family.opaques), manifest, family),
    {
      parent: family.parent,
      dependsOn: [...dependsOn],
      provider: family.provider,
      version: KUBERNETES_VERSION,
      aliases: formerTypes(manifest, type).map((former) => ({ type: former })),
      ...(manifest.kind === "CustomResourceDefinition" ? { hideDiffs: ["spec"] } : {}),
      ...(stays(manifest, family.deletionPolicy) ? { retainOnDelete: true } : {}),
      ...(replaceWith.length === 0 ? {} : { replaceWith: [...replaceWith] }),
      // The name is the same, so the old one goes first.
      ...(replaceOnChanges.length === 0
        ? {}
        : { replaceOnChanges: [...replaceOnChanges], deleteBeforeReplace: true }),
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
 * The type token of a child. The Namespace is a patch, unless it is to be deleted: a patch creates an absent one, joins
 * an existing one, and leaves it when it is deleted.
 */
export function childType(manifest: Manifest, deleteNamespace = false): string {
  const group = groupOf(manifest) || "core";
  const patched = manifest.kind === "Namespace" && !deleteNamespace;
  const kind = patched ? "NamespacePatch" : manifest.kind;
  return `kubernetes:${group}/${versionOf(manifest)}:${kind}`;
}

/**
 * The types that the child of the same object may have had: the Namespace is a patch or none, and sync sources moved
 * from `v1beta2` to `v1` with Flux 2.6.
 */
function formerTypes(manifest: Manifest, type: string): readonly string[] {
  if (manifest.kind === "Namespace") {
    return [childType(manifest, true), childType(manifest, false)].filter((one) => one !== type);
  }
  if (manifest.kind !== "OCIRepository" && manifest.kind !== "Bucket") return [];
  const other = versionOf(manifest) === "v1" ? "v1beta2" : "v1";
  return [`kubernetes:${groupOf(manifest)}/${other}:${manifest.kind}`];
}

/** With KeepCRDs the definitions stay, and the sync objects as all custom resources do. */
function stays(manifest: Manifest, deletionPolicy: DeletionPolicy): boolean {
  if (deletionPolicy !== "KeepCRDs") return deletionPolicy === "Retain";
  const stage = stageOf(manifest);
  return stage === "definition" || stage === "sync";
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
  };
  return { ...properties, metadata: { ...metadata, annotations: added(metadata, own) } };
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
function owning({ kind }: Manifest, { urn }: Family): Properties {
  if (kind === "Namespace") return {};
  return { "pulumi.com/patchForce": "true", [OWNER_ANNOTATION]: urn };
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

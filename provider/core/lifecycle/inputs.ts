import { createHash } from "node:crypto";
import { groupOf, type JsonObject, type Manifest } from "../manifest";
import type { Release } from "../distribution/release";
import type { Rendered, RenderedObject } from "../render";
import { parseDuration } from "../spec/duration";
import type { Component, Spec } from "../spec/spec";
import { isRetained } from "../render/stages";
import { definitionsOf, type Definition } from "./definitions";
import { definitionOf, type FluxKind } from "./kinds";
import { keyOf } from "./ownership";

/** Which object, without its content. */
export interface ObjectReference extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What of an instance decides about its lifecycle: the inputs of the lifecycle resources but the cluster. */
export interface LifecycleInputs {
  readonly transition: JsonObject & { readonly wanted: readonly string[] };
  readonly adoption: JsonObject;
  readonly migration: JsonObject;
  readonly gates: readonly GateInputs[];
  readonly removals: readonly RemovalInputs[];
  readonly readiness: JsonObject;
}

/** The inputs of the removal of one retained object. */
export interface RemovalInputs extends JsonObject {
  readonly object: ObjectReference;
}

/** The inputs of the gate of one controller. */
export interface GateInputs extends JsonObject {
  readonly component: Component;
  readonly namespace: string;
  readonly kinds: readonly (FluxKind & JsonObject)[];
  readonly deployments: readonly string[];
}

/** What the lifecycle resources of an instance are told. */
export function lifecycleInputs(
  spec: Spec,
  { version }: Pick<Release, "version">,
  { objects, revision }: Pick<Rendered, "objects" | "revision">,
): LifecycleInputs {
  const references = objects.map(({ manifest }) => referenceTo(manifest));
  const definitions = definitionsOf(objects.map(({ manifest }) => manifest));
  const { namespace, components, adopt, deletionPolicy } = spec;
  const gates = components.map((component) => gateOf(component, spec, objects, definitions));
  const removals = removalsOf(spec, objects, gates);
  return {
    transition: {
      wanted: [...components, ...removals.map(({ object }) => keyOf(object))],
      version,
      namespace,
      components,
      objects: references,
      definitions: definitions,
      adopt,
      deletionPolicy,
      ...(spec.sync === undefined ? {} : { sync: syncOf(spec, spec.sync) }),
      ...(spec.storage === undefined ? {} : { storage: { ...spec.storage } }),
    },
    adoption: { objects: references },
    migration: { definitions: definitions },
    gates,
    removals,
    readiness: {
      namespace,
      deployments: deploymentsIn(objects),
      sync: objects
        .filter(isSync)
        .map(({ manifest }) => ({ ...referenceTo(manifest), hash: hashOf(manifest) })),
      wait: spec.wait,
      timeout: secondsOf(spec.timeout),
      revision,
    },
  };
}

/** Which object a manifest is. */
export function referenceTo({
  apiVersion,
  kind,
  metadata: { name, namespace },
}: Manifest): ObjectReference {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

function isSync({ manifest }: RenderedObject): boolean {
  return groupOf(manifest).endsWith(".toolkit.fluxcd.io");
}

function syncOf(
  { namespace }: Spec,
  { kind, name = namespace, deletionPolicy }: NonNullable<Spec["sync"]>,
): JsonObject {
  return { kind, name, namespace, deletionPolicy };
}

function gateOf(
  component: Component,
  spec: Spec,
  objects: readonly RenderedObject[],
  definitions: readonly Definition[],
): GateInputs {
  const kinds = definitions
    .filter((definition) => definition.component === component)
    .map(({ group, kind, plural }) => ({ group, kind, plural }));
  const deployments = objects
    .filter((object) => object.component === component && object.manifest.kind === "Deployment")
    .map(({ manifest }) => manifest.metadata.name);
  return {
    component,
    namespace: spec.namespace,
    kinds,
    deployments,
    deletionPolicy: spec.deletionPolicy,
  };
}

/** One removal for each object that the engine retains, and for the Namespace where a destroy deletes it. */
function removalsOf(
  spec: Spec,
  objects: readonly RenderedObject[],
  gates: readonly GateInputs[],
): readonly RemovalInputs[] {
  const { deletionPolicy } = spec;
  return objects
    .map(({ manifest }) => manifest)
    .filter((manifest) => isRetained(manifest) || (isNamespace(manifest) && spec.deleteNamespace))
    .map((manifest) => ({
      object: referenceTo(manifest),
      deletionPolicy,
      ...controllerOf(manifest, gates),
      ...(manifest.kind === "Kustomization"
        ? { prune: spec.sync?.deletionPolicy === "Prune" }
        : {}),
    }));
}

/** The controller that serves a custom resource, or the kind of a definition; no other object has one. */
function controllerOf(manifest: Manifest, gates: readonly GateInputs[]): JsonObject {
  const gate = gates.find(({ kinds }) =>
    kinds.some((kind) =>
      manifest.kind === "CustomResourceDefinition"
        ? definitionOf(kind) === manifest.metadata.name
        : kind.group === groupOf(manifest) && kind.kind === manifest.kind,
    ),
  );
  if (gate === undefined) return {};
  const { component, namespace, deployments } = gate;
  return { component, namespace, deployments };
}

function isNamespace({ kind }: Manifest): boolean {
  return kind === "Namespace";
}

/** What Go can't hold is for ever; a timer of Node takes less. */
function secondsOf(duration: string): number {
  const nanoseconds = parseDuration(duration);
  return nanoseconds === undefined ? Number.MAX_SAFE_INTEGER : Number(nanoseconds) / 1e9;
}

/** Something that changes with an object, so that a changed one is waited for. */
function hashOf(manifest: Manifest): string {
  return createHash("sha256").update(JSON.stringify(manifest)).digest("hex").slice(0, 16);
}

/** The Deployments with a hash of each. */
function deploymentsIn(objects: readonly RenderedObject[]): readonly JsonObject[] {
  return objects
    .filter(({ manifest }) => manifest.kind === "Deployment")
    .map(({ manifest }) => ({
      name: manifest.metadata.name,
      hash: hashOf(manifest),
    }));
}

import { COMPONENTS } from "../spec/spec";
import type { ObjectReference } from "./inputs";
import { definitionOf, FLUX_KINDS, type FluxKind } from "./kinds";
import type { DeletionPolicy } from "./plan";

/** An object that the engine retains, as far as it decides what its removal does. */
export interface Removable {
  readonly kind: string;
  /** The controller that serves the kind, or the kind of a definition; empty where no controller of Flux does. */
  readonly component: string;
  readonly deletionPolicy: DeletionPolicy;
  /** Whether Flux deletes what a Kustomization has deployed when `sync` leaves the args. */
  readonly prune: boolean;
}

/** What a removal does with an object. The properties are in the order of the steps. */
export interface RemovalPlan {
  /** Refuse while the controller runs. */
  readonly requiresStopped: boolean;
  /** Suspend a Kustomization, so that its controller finalizes it without pruning. */
  readonly suspends: boolean;
  /** A released object stays in the cluster without the id, so that another instance may adopt it. */
  readonly fate: "delete" | "release";
  /** Take Flux's finalizer away, because nobody else does or has to. */
  readonly strips: boolean;
}

const DEFINITION = "CustomResourceDefinition";

/** The kinds of Kubernetes' own that have a removal besides definitions; the other kinds are those of sync objects. */
const PLAIN: readonly string[] = ["PersistentVolumeClaim", "Namespace"];

/**
 * Decides what becomes of an object that is not wanted any more.
 *
 * @param wanted what shall stay in the cluster, by the owner record; empty while Flux is being destroyed
 */
export function planRemoval(object: Removable, wanted: readonly string[]): RemovalPlan {
  const { kind, component, prune } = object;
  const isSync = isSyncKind(kind);
  // The controller stays: `sync` has left the args, or a release has dropped a definition.
  const isServed = wanted.includes(component);
  const suspends = kind === "Kustomization" && isServed && !prune;
  if (isKept(object)) {
    return { requiresStopped: false, suspends, fate: "release", strips: false };
  }
  return {
    requiresStopped: component !== "" && !isServed,
    suspends,
    fate: "delete",
    strips: kind === DEFINITION || (isSync && (suspends || !isServed)),
  };
}

/** The Namespace goes with the whole Flux only: an update that takes `deleteNamespace` back keeps it. */
export function mayLeaveAlone(kind: string): boolean {
  return kind !== "Namespace";
}

/** Whether the objects of a kind are the source or the Kustomization of a `sync`. */
export function isSyncKind(kind: string): boolean {
  return kind !== DEFINITION && !PLAIN.includes(kind);
}

/** A definition, or a sync object: what KeepCRDs keeps of what carries the id of an instance. */
export function isCustom({ group, kind }: { readonly group: string; readonly kind: string }) {
  return kind === DEFINITION || group.endsWith(".toolkit.fluxcd.io");
}

/** KeepCRDs keeps definitions and custom resources. */
function isKept({ kind, deletionPolicy }: Removable): boolean {
  if (deletionPolicy === "KeepCRDs") return !PLAIN.includes(kind);
  return deletionPolicy === "Retain";
}

/** The object of a key of the owner record; undefined for the key of a gate. Its version is not known, and `v1` is put there. */
export function referenceOf(key: string): ObjectReference | undefined {
  const [group = "", kind, namespace = "", name] = key.split("/");
  if (kind === undefined || name === undefined) return undefined;
  const apiVersion = group === "" ? "v1" : `${group}/v1`;
  return { apiVersion, kind, ...(namespace === "" ? {} : { namespace }), name };
}

/** The controller that serves an object, or the kind of a definition; empty where no controller of Flux does. */
export function componentOf({ apiVersion, kind, name }: ObjectReference): string {
  const serves = (one: FluxKind) =>
    kind === DEFINITION
      ? definitionOf(one) === name
      : one.kind === kind && apiVersion.startsWith(`${one.group}/`);
  return COMPONENTS.find((component) => FLUX_KINDS[component].some(serves)) ?? "";
}

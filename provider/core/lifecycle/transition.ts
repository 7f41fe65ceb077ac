import type { Problem } from "../problem";
import { parseVersion, type Version } from "../version/version";
import type { Absences } from "./absences";
import type { Definition } from "./definitions";
import type { ObjectReference } from "./inputs";
import type { DeletionPolicy } from "./plan";
import { isSmaller } from "./transition-quantity";

export interface SyncChoice {
  readonly kind: string;
  readonly name: string;
  /** What becomes of the workloads when `sync` is taken out of the args. */
  readonly deletionPolicy: "Orphan" | "Prune";
}

export interface StorageChoice {
  readonly class: string;
  /** A quantity. */
  readonly size: string;
  readonly allowReplace: boolean;
}

/** An installation of Flux, as far as a change of it can be wrong. Empty texts are not known. */
export interface Installation {
  readonly version: string;
  readonly namespace: string;
  readonly components: readonly string[];
  readonly objects: readonly ObjectReference[];
  readonly definitions: readonly Definition[];
  readonly sync?: SyncChoice;
  readonly storage?: StorageChoice;
  readonly deletionPolicy: DeletionPolicy;
  readonly absences: Absences;
}

/** From what was installed last to what shall be. */
export interface Change {
  readonly old: Installation;
  readonly next: Installation;
}

type Rule = (change: Change) => Problem | undefined;

const RULES: readonly Rule[] = [downgraded, movedNamespace, renamedSync, replacedStorage];

/** What can't be done in one step without losing something; each says the way. */
export function problemsOf(change: Change): readonly Problem[] {
  return RULES.flatMap((rule) => rule(change) ?? []);
}

/** The controllers that go. */
export function removedComponents({ old, next }: Change): readonly string[] {
  return old.components.filter((component) => !next.components.includes(component));
}

/**
 * A patch release may be taken back. https://fluxcd.io/flux/installation/upgrade/ knows no way back over a minor one.
 */
function downgraded({ old, next }: Change): Problem | undefined {
  const [from, to] = [parseVersion(old.version), parseVersion(next.version)];
  if (from === undefined || to === undefined || !isLowerMinor(to, from)) return undefined;
  return {
    path: "version",
    reason:
      `${to.text} is older than the installed Flux ${from.text}. Objects are stored at API versions that the CRDs of ` +
      `${to.text} may not have; Kubernetes refuses such CRDs, and the older controllers can't read the objects. ` +
      `Keep distribution.version at ${from.major}.${from.minor} or later; every patch release of it may be chosen. To ` +
      `go back, install anew: keep the manifests of your Flux objects, run \`pulumi destroy\` (what Flux has deployed ` +
      `stays), then \`pulumi up\` with ${to.text}, and apply the manifests.`,
  };
}

function isLowerMinor(to: Version, from: Version): boolean {
  return to.major < from.major || (to.major === from.major && to.minor < from.minor);
}

function movedNamespace({ old, next }: Change): Problem | undefined {
  if (!isChanged(old.namespace, next.namespace)) return undefined;
  return {
    path: "namespace",
    reason:
      `Flux is in namespace ${old.namespace} and can't be moved to ${next.namespace} in one step: the sync objects would be ` +
      `deleted there, and Flux would delete everything that they have deployed. Keep namespace "${old.namespace}", ` +
      `or move in three steps: 1. with sync.deletionPolicy "Orphan" (the default) take \`sync\` out, set ` +
      `deletionPolicy "KeepCRDs", and run \`pulumi up\`; 2. run \`pulumi destroy\`, which leaves the workloads and the objects of Flux; 3. set ` +
      `namespace "${next.namespace}", \`sync\` and \`adopt: true\`, and run \`pulumi up\`.`,
  };
}

/** A namespace gives its name to the sync objects, so a moved one is told alone. */
function renamedSync({ old, next }: Change): Problem | undefined {
  const [from, to] = [old.sync?.name ?? "", next.sync?.name ?? ""];
  if (!isChanged(from, to) || isChanged(old.namespace, next.namespace)) return undefined;
  return {
    path: "",
    reason:
      `sync.name: "${from}" can't become "${to}" in one step: the Kustomization ${from} would be deleted, and Flux would ` +
      `delete everything that it has deployed. Keep sync.name "${from}", or rename in two steps: 1. with sync.deletionPolicy "Orphan" ` +
      `(the default) take \`sync\` out and run \`pulumi up\`: the workloads stay; 2. set \`sync\` with the new ` +
      `name and run \`pulumi up\`: Flux takes the workloads over.`,
  };
}

function replacedStorage({ old, next }: Change): Problem | undefined {
  if (old.storage === undefined || next.storage === undefined) return undefined;
  if (next.storage.allowReplace) return undefined;
  const { class: from, size } = old.storage;
  const reasons = [
    isChanged(from, next.storage.class)
      ? `storage.class can't change from "${from}" to "${next.storage.class}"`
      : "",
    isSmaller(next.storage.size, size)
      ? `storage.size can't shrink from ${size} to ${next.storage.size}`
      : "",
  ].filter((reason) => reason !== "");
  if (reasons.length === 0) return undefined;
  return {
    path: "",
    reason:
      `${reasons.join(", and ")}: Kubernetes can't change that of a PersistentVolumeClaim. Keep it, or set ` +
      "storage.allowReplace to true: the volume is replaced, source-controller is stopped meanwhile and fetches its " +
      "artifacts again.",
  };
}

/** False where one of them is not known, or not there. */
function isChanged(from: string, to: string): boolean {
  return from !== "" && to !== "" && from !== to;
}

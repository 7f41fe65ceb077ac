import type { FluxKind } from "../../core/lifecycle/kinds";
import { isObject, type Json, type JsonObject } from "../../core/manifest";
import type { Controller } from "./uninstall-controllers";

export const DELETION_POLICIES = ["Uninstall", "KeepCRDs", "Retain"] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

/** The Kustomization that syncs the cluster, and what becomes of its workloads when it is taken out of the args. */
export interface SyncInput {
  readonly namespace: string;
  readonly name: string;
  readonly deletionPolicy: "Orphan" | "Prune";
}

/** The inputs of a gate, read. */
export interface GateInputs extends Controller {
  /** The UID of the cluster. */
  readonly cluster: string;
  readonly kinds: readonly FluxKind[];
  readonly deletionPolicy: DeletionPolicy;
  /** Take a delete in a cluster that can't be reached as done. */
  readonly deleteUnreachable: boolean;
  readonly sync?: SyncInput;
}

/** Reads what the component has registered; what is absent has its default. */
export function readGateInputs(values: JsonObject): GateInputs {
  const sync = values["sync"];
  return {
    component: textIn(values, "component"),
    namespace: textIn(values, "namespace"),
    cluster: textIn(values, "cluster"),
    deployments: listIn(values["deployments"]).filter((name) => typeof name === "string"),
    kinds: listIn(values["kinds"])
      .filter((kind) => isObject(kind))
      .map(readKind),
    deletionPolicy:
      DELETION_POLICIES.find((policy) => policy === values["deletionPolicy"]) ?? "Uninstall",
    deleteUnreachable: values["deleteUnreachable"] === true,
    ...(isObject(sync) ? { sync: readSync(sync) } : {}),
  };
}

function readKind(kind: JsonObject): FluxKind {
  return {
    group: textIn(kind, "group"),
    plural: textIn(kind, "plural"),
    kind: textIn(kind, "kind"),
  };
}

function readSync(sync: JsonObject): SyncInput {
  return {
    namespace: textIn(sync, "namespace"),
    name: textIn(sync, "name"),
    deletionPolicy: sync["deletionPolicy"] === "Prune" ? "Prune" : "Orphan",
  };
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

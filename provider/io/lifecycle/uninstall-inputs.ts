import type { FluxKind } from "../../core/lifecycle/kinds";
import { policyIn, type DeletionPolicy } from "../../core/lifecycle/plan";
import { isObject, type Json, type JsonObject } from "../../core/manifest";
import type { Controller } from "./uninstall-controllers";

/** The inputs of a gate, read. */
export interface GateInputs extends Controller {
  /** The id of the instance. */
  readonly owner: string;
  /** The UID of the cluster. */
  readonly cluster: string;
  readonly kinds: readonly FluxKind[];
  readonly deletionPolicy: DeletionPolicy;
}

/** Reads what the component has registered; what is absent has its default. */
export function readGateInputs(values: JsonObject): GateInputs {
  return {
    owner: textIn(values, "owner"),
    component: textIn(values, "component"),
    namespace: textIn(values, "namespace"),
    cluster: textIn(values, "cluster"),
    deployments: listIn(values["deployments"]).filter((name) => typeof name === "string"),
    kinds: listIn(values["kinds"])
      .filter((kind) => isObject(kind))
      .map(readKind),
    deletionPolicy: policyIn(values),
  };
}

function readKind(kind: JsonObject): FluxKind {
  return {
    group: textIn(kind, "group"),
    plural: textIn(kind, "plural"),
    kind: textIn(kind, "kind"),
  };
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

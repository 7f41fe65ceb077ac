import { listAt, objectAt, textAt } from "../../core/deployment";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import { policyIn } from "../../core/lifecycle/plan";
import type { Removable } from "../../core/lifecycle/removal";
import type { JsonObject } from "../../core/manifest";
import { toReference } from "./adoption-inputs";
import type { Controller } from "./uninstall-controllers";

/** An object that a removal deletes or releases, and the controller that serves it. */
export interface Retained extends Omit<Removable, "kind">, Controller {
  readonly object: ObjectReference;
  /** The id of the instance. */
  readonly owner: string;
}

/** The inputs of a removal, read. */
export interface RemovalInputs extends Retained {
  /** The UID of the cluster. */
  readonly cluster: string;
}

/** Reads what the component has registered; what is absent has its default. */
export function toRemovalInputs(values: JsonObject): RemovalInputs {
  return {
    owner: textAt(values, "owner"),
    cluster: textAt(values, "cluster"),
    object: toReference(objectAt(values, "object")),
    deletionPolicy: policyIn(values),
    component: textAt(values, "component"),
    namespace: textAt(values, "namespace"),
    deployments: listAt(values, "deployments").filter((name) => typeof name === "string"),
    prune: values["prune"] === true,
  };
}

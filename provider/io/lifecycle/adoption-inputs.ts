import { listAt, textAt } from "../../core/deployment";
import type { ObjectReference } from "../../core/lifecycle/inputs";
import { keyOf } from "../../core/lifecycle/ownership";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Connection } from "../cluster/connection";
import { connectionOf } from "../cluster/inputs";
import type { Properties } from "./lifecycle";

/** What an adoption is told. */
export interface AdoptionInputs {
  /** The objects to take over where they exist. */
  readonly objects: readonly ObjectReference[];
  /** The id of the instance. */
  readonly owner: string;
  /** The field manager of the children. */
  readonly manager: string;
  readonly connection: Connection;
  /** The UID of the cluster that is meant. */
  readonly cluster: string;
}

/** Reads what the component has registered. */
export function toAdoptionInputs({ values }: Properties): AdoptionInputs {
  return {
    objects: toReferences(values),
    owner: textAt(values, "owner"),
    manager: textAt(values, "manager"),
    connection: connectionOf(values),
    cluster: textAt(values, "cluster"),
  };
}

/** The input `objects`. */
export function toReferences(values: JsonObject): readonly ObjectReference[] {
  return listAt(values, "objects")
    .filter((object) => isObject(object))
    .map(toReference);
}

/** One object of an input. */
export function toReference(object: JsonObject): ObjectReference {
  const namespace = textAt(object, "namespace");
  return {
    apiVersion: textAt(object, "apiVersion"),
    kind: textAt(object, "kind"),
    ...(namespace === "" ? {} : { namespace }),
    name: textAt(object, "name"),
  };
}

/** The objects that are not among the old ones, in any version. */
export function newObjects(
  next: readonly ObjectReference[],
  old: readonly ObjectReference[],
): readonly ObjectReference[] {
  const known = new Set(old.map(keyOf));
  return next.filter((object) => !known.has(keyOf(object)));
}

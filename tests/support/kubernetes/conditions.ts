import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { child, pluck } from "./identity";

/** The `status.conditions` of an object. */
export function conditionsOf(object: JsonObject): readonly JsonObject[] {
  const conditions = child(object, "status")["conditions"];
  return Array.isArray(conditions) ? conditions.filter(isObject) : [];
}

/** False while the status describes an older generation of the object. */
export function isObserved(object: JsonObject): boolean {
  const generation = pluck(object, "metadata", "generation");
  const observed = pluck(object, "status", "observedGeneration");
  return typeof generation !== "number" || typeof observed !== "number" || observed >= generation;
}

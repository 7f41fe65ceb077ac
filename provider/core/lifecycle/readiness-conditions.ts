import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject } from "../manifest";

/** https://kubernetes.io/docs/reference/using-api/api-concepts/ and the conditions of Flux's objects */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** The generation it is about; undefined where it does not tell. */
  readonly observedGeneration: number | undefined;
}

/** The condition of a type in the status of an object. */
export function conditionOf(object: JsonObject, type: string): Condition | undefined {
  const conditions = listAt(objectAt(object, "status"), "conditions").filter(isObject);
  const found = conditions.find((condition) => condition["type"] === type);
  if (found === undefined) return undefined;
  const { observedGeneration } = found;
  return {
    type,
    status: textAt(found, "status"),
    reason: textAt(found, "reason"),
    message: textAt(found, "message"),
    observedGeneration: typeof observedGeneration === "number" ? observedGeneration : undefined,
  };
}

/** `Ready=False`. */
export function printCondition({ type, status }: Condition): string {
  return `${type}=${status}`;
}

/** The generation of an object; 0 where it has none. */
export function generationOf(object: JsonObject): number {
  return numberAt(objectAt(object, "metadata"), "generation", 0);
}

/** The generation that its controller has dealt with; -1, as Flux's definitions have it, where there is none. */
export function observedGenerationOf(object: JsonObject): number {
  return numberAt(objectAt(object, "status"), "observedGeneration", -1);
}

/** The number at a key, or what counts where there is none. */
export function numberAt(parent: JsonObject, key: string, absent: number): number {
  const value = parent[key];
  return typeof value === "number" ? value : absent;
}

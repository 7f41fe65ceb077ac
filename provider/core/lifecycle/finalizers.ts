import { isObject, type JsonObject } from "../manifest";

/**
 * The one finalizer of all Flux controllers.
 * https://github.com/fluxcd/source-controller/blob/v1.9.2/api/v1/source.go
 */
export const FINALIZER = "finalizers.fluxcd.io";

/** Whether a Flux controller wants to clean up before this object may go. */
export function hasFinalizer(object: JsonObject): boolean {
  return finalizersOf(object).includes(FINALIZER);
}

/**
 * Those of Kubernetes' garbage collector, which always runs.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion
 */
const COLLECTED: readonly string[] = ["foregroundDeletion", "orphan"];

/** Those that somebody else has set, and has to take away. */
export function finalizersOfOthers(object: JsonObject): readonly string[] {
  return finalizersOf(object)
    .filter((finalizer) => typeof finalizer === "string")
    .filter((finalizer) => finalizer !== FINALIZER && !COLLECTED.includes(finalizer));
}

/**
 * The JSON patch that takes Flux's finalizer away and leaves those of others. It fails, instead of hitting the wrong
 * one, when the list has changed meanwhile.
 */
export function stripOperations(object: JsonObject): readonly JsonObject[] {
  return finalizersOf(object)
    .flatMap((finalizer, index) => (finalizer === FINALIZER ? [index] : []))
    .reverse()
    .flatMap((index) => {
      const path = `/metadata/finalizers/${index}`;
      return [
        { op: "test", path, value: FINALIZER },
        { op: "remove", path },
      ];
    });
}

function finalizersOf({ metadata }: JsonObject): readonly unknown[] {
  const finalizers = isObject(metadata) ? metadata["finalizers"] : undefined;
  return Array.isArray(finalizers) ? finalizers : [];
}

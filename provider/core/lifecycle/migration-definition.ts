import { listAt, objectAt } from "../deployment";
import { isObject, type Json, type JsonObject } from "../manifest";
import { definitionIn, type Definition } from "./definitions";

/** What a migration knows of a CustomResourceDefinition in a cluster. */
export interface LiveDefinition extends Definition {
  /** Every version that an object may still be stored at. */
  readonly stored: readonly string[];
  readonly convertsByWebhook: boolean;
  readonly isBeingDeleted: boolean;
}

/** Narrows an answer of the API server; undefined where it is no definition. */
export function toLiveDefinition(object: JsonObject): LiveDefinition | undefined {
  const definition = definitionIn(object);
  if (definition === undefined) return undefined;
  const stored = listAt(objectAt(object, "status"), "storedVersions");
  return {
    ...definition,
    stored: stored.map(String),
    convertsByWebhook: objectAt(objectAt(object, "spec"), "conversion")["strategy"] === "Webhook",
    isBeingDeleted: objectAt(object, "metadata")["deletionTimestamp"] !== undefined,
  };
}

/**
 * The definition, storing at a version from now on. One that it has not got is added with a schema that keeps every
 * field, until the rendered definition brings its own; the others are served as before.
 */
export function storingAt(object: JsonObject, version: string): JsonObject {
  const spec = objectAt(object, "spec");
  const versions = listAt(spec, "versions").filter(isObject);
  const former = versions.find(({ storage }) => storage === true);
  const moved = versions.map((entry) =>
    entry["name"] === version
      ? { ...entry, served: true, storage: true }
      : { ...entry, storage: false },
  );
  const isThere = versions.some(({ name }) => name === version);
  const added = isThere ? [] : [bridge(version, former?.["subresources"])];
  return { ...object, spec: { ...spec, versions: [...moved, ...added] } };
}

/** The definition without the memory of other stored versions than this one. */
export function storedOnlyAt(object: JsonObject, version: string): JsonObject {
  return { ...object, status: { ...objectAt(object, "status"), storedVersions: [version] } };
}

function bridge(name: string, subresources: Json | undefined): JsonObject {
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const kept = subresources === undefined ? {} : { subresources };
  return { name, served: true, storage: true, schema: { openAPIV3Schema }, ...kept };
}

import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type JsonObject, type Manifest } from "../manifest";
import type { Component } from "../spec/spec";

/** One API version of a custom resource. */
export interface DefinitionVersion extends JsonObject {
  readonly name: string;
  readonly served: boolean;
  /** Whether objects are stored in it; one version is. */
  readonly storage: boolean;
}

/** What of a CustomResourceDefinition its lifecycle depends on. */
export interface Definition extends JsonObject {
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** The controller that owns it. */
  readonly component?: Component;
  readonly versions: readonly DefinitionVersion[];
}

/** Reads a CustomResourceDefinition. */
export function definitionOf(manifest: Manifest, component?: Component): Definition {
  const spec = objectAt(manifest, "spec");
  const names = objectAt(spec, "names");
  return {
    name: manifest.metadata.name,
    group: textAt(spec, "group"),
    kind: textAt(names, "kind"),
    plural: textAt(names, "plural"),
    ...(component === undefined ? {} : { component }),
    versions: listAt(spec, "versions")
      .filter(isObject)
      .map((version) => ({
        name: textAt(version, "name"),
        served: version["served"] === true,
        storage: version["storage"] === true,
      })),
  };
}

import { listAt, objectAt, textAt } from "../deployment";
import { isObject, type Json, type JsonObject, type Manifest } from "../manifest";
import { definitionOf, FLUX_KINDS, type FluxKind } from "./kinds";

/** One version of a CustomResourceDefinition. */
export interface DefinitionVersion extends JsonObject {
  readonly name: string;
  readonly served: boolean;
  /** Whether objects are stored at it; one version of each definition is. */
  readonly storage: boolean;
}

/** What lifecycle resources know of a CustomResourceDefinition; plain data, so that it can be their input. */
export interface Definition extends JsonObject {
  /** `<plural>.<group>`. */
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** The controller that owns the kind; empty where it is none of Flux. */
  readonly component: string;
  readonly versions: readonly DefinitionVersion[];
}

/** The definitions among manifests, rendered or live; those without a storage version are left out. */
export function definitionsOf(manifests: readonly Manifest[]): readonly Definition[] {
  return manifests
    .filter(({ kind }) => kind === "CustomResourceDefinition")
    .flatMap((manifest) => definitionIn(manifest) ?? []);
}

/** The definition in a CustomResourceDefinition; undefined where it is none. */
export function definitionIn(object: JsonObject): Definition | undefined {
  const spec = objectAt(object, "spec");
  const names = objectAt(spec, "names");
  const name = textAt(objectAt(object, "metadata"), "name");
  return toDefinition({ ...spec, ...names, name, component: ownerOf(name) });
}

/**
 * Narrows an input to definitions.
 *
 * @throws Error when it is none
 */
export function toDefinitions(value: Json | undefined): readonly Definition[] {
  const definitions = Array.isArray(value) ? value.map(toDefinition) : [undefined];
  if (definitions.every((definition) => definition !== undefined)) return definitions;
  throw new Error("definitions must be a list of {name, group, kind, plural, component, versions}");
}

/** The version that objects are stored at; empty where there is none. */
export function storageVersionOf({ versions }: Pick<Definition, "versions">): string {
  return versions.find(({ storage }) => storage)?.name ?? "";
}

/** The names of the versions that clients may use. */
export function servedVersionsOf({ versions }: Pick<Definition, "versions">): readonly string[] {
  return versions.filter(({ served }) => served).map(({ name }) => name);
}

/** The versions as one text, for example `v1 (storage), v1beta2, v1beta1 (not served)`. */
export function printVersions({ versions }: Pick<Definition, "versions">): string {
  const marks = ({ served, storage }: DefinitionVersion) =>
    [storage ? "storage" : "", served ? "" : "not served"].filter((mark) => mark !== "");
  return versions
    .map((version) => ({ name: version.name, marks: marks(version) }))
    .map(({ name, marks }) => (marks.length === 0 ? name : `${name} (${marks.join(", ")})`))
    .toSorted()
    .join(", ");
}

function ownerOf(name: string): string {
  const owns = (kinds: readonly FluxKind[]) => kinds.some((kind) => definitionOf(kind) === name);
  return Object.entries(FLUX_KINDS).find(([, kinds]) => owns(kinds))?.[0] ?? "";
}

function toDefinition(value: unknown): Definition | undefined {
  const given = isObject(value) ? value : {};
  const versions = listAt(given, "versions").map(toVersion);
  const [name, group, kind, plural] = (["name", "group", "kind", "plural"] as const).map((key) =>
    textAt(given, key),
  );
  const component = textAt(given, "component");
  if (!name || !group || !kind || !plural || storageVersionOf({ versions }) === "")
    return undefined;
  return { name, group, kind, plural, component, versions };
}

function toVersion(value: unknown): DefinitionVersion {
  const given = isObject(value) ? value : {};
  return {
    name: textAt(given, "name"),
    served: given["served"] === true,
    storage: given["storage"] === true,
  };
}

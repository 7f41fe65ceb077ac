import { isObject, type JsonObject } from "../../core/manifest";

/** A kind of objects, as the API's paths name it. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** An object of a known type; cluster-wide ones have no namespace. */
export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** The parameters of a request; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/apis/<group>/<version>`, or `/api/<version>`. */
export function pathOfVersion(group: string, version: string): string {
  return group === ""
    ? `/api/${encodeURIComponent(version)}`
    : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** The path of all objects of a type, or of those in one namespace. */
export function pathOfType({ group, version, plural }: ResourceType, namespace?: string): string {
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${pathOfVersion(group, version)}${scope}/${encodeURIComponent(plural)}`;
}

/** The path of one object, or of a subresource of it. */
export function pathOf(
  type: ResourceType,
  { namespace, name }: ObjectName,
  subresource?: string,
): string {
  const path = `${pathOfType(type, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** A path with its query. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return path;
  const pairs = given.map(([key, value]): [string, string] => [key, String(value)]);
  return `${path}?${new URLSearchParams(pairs).toString()}`;
}

/** `helmreleases.helm.toolkit.fluxcd.io`. */
export function printType({ group, plural }: Pick<ResourceType, "group" | "plural">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** `secrets flux-system/token`, or `namespaces flux-system`. */
export function printName(type: ResourceType, { namespace, name }: ObjectName): string {
  return `${printType(type)} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The name of an object that was read. */
export function nameOf({ metadata }: JsonObject): ObjectName {
  const { name, namespace } = isObject(metadata) ? metadata : {};
  return {
    name: typeof name === "string" ? name : "",
    ...(typeof namespace === "string" ? { namespace } : {}),
  };
}

/** `flux-system/source-controller`, or only the name where there is no namespace. */
export function printObject(object: JsonObject): string {
  const { name, namespace } = nameOf(object);
  return namespace === undefined ? name : `${namespace}/${name}`;
}

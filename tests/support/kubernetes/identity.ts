import { isObject, type JsonObject } from "../../../provider/core/manifest";

/** The value when it is a string, else the empty string. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The object at a key, else an empty one. */
export function child(value: unknown, key: string): JsonObject {
  const below = isObject(value) ? value[key] : undefined;
  return isObject(below) ? below : {};
}

/** The value at a path of keys. */
export function pluck(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

/** `apiVersion`, `kind`, name and namespace of an object; a cluster-wide object has an empty namespace. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The identity of an object. */
export function identityOf(object: JsonObject): Identity {
  const metadata = child(object, "metadata");
  return {
    apiVersion: text(object["apiVersion"]),
    kind: text(object["kind"]),
    name: text(metadata["name"]),
    namespace: text(metadata["namespace"]),
  };
}

/** The resource id of an object: `namespace/name` or `name`. */
export function idOf(object: JsonObject): string {
  const { name, namespace } = identityOf(object);
  return namespace === "" ? name : `${namespace}/${name}`;
}

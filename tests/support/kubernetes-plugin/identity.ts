import { isObject, type JsonObject } from "../../../provider/core/manifest";

/** The type token in a URN, without those of its parents. */
export function typeOfUrn(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** `apiVersion` and `kind` of a token `kubernetes:<group>/<version>:<Kind>`; `core` has no group. */
export function kindOfToken(token: string): { apiVersion: string; kind: string } {
  const [, module = "", kind = ""] = token.split(":");
  const slash = module.lastIndexOf("/");
  const group = module.slice(0, Math.max(slash, 0));
  const version = module.slice(slash + 1);
  return { apiVersion: group === "core" || group === "" ? version : `${group}/${version}`, kind };
}

/** True when the token's kind is the object's kind followed by `Patch`, as in `NamespacePatch`. */
export function isPatch(urn: string, object: JsonObject): boolean {
  return typeOfUrn(urn).endsWith(`:${text(object["kind"])}Patch`);
}

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

/** `apiVersion`, `kind`, name and namespace of an object. */
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

/** The value of one of the object's annotations, else the empty string. */
export function annotation(object: JsonObject, name: string): string {
  return text(child(child(object, "metadata"), "annotations")[name]);
}

/** True for a CustomResourceDefinition. */
export function isCrd(object: JsonObject): boolean {
  return (
    object["kind"] === "CustomResourceDefinition" &&
    text(object["apiVersion"]).startsWith("apiextensions.k8s.io/")
  );
}

/** True for a kind that Kubernetes itself defines, so that its server leaves out empty fields. */
export function isBuiltIn(apiVersion: string): boolean {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}

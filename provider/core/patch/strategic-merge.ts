// Strategic merge in the way of kustomize (kyaml), which differs from the API server's: what a patch
// mentions in a keyed list moves to its front, and lists of custom resources are replaced.
// https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#patchstrategicmerge
import { groupOf, isObject, type Json, type JsonObject, type Manifest } from "../manifest";
import { PatchError } from "./error";
import { mergeKeyedList } from "./list-merge";
import { type Shape, shapeOf } from "./merge-keys";
import { readScalar } from "./scalar";
import { isList, pointerToken, valueAt, withKey, withoutKeys } from "./record";

const unsupported = /^\$(?:retainKeys$|setElementOrder\/|deleteFromPrimitiveList\/)/;

/**
 * The manifest merged with a patch, or undefined when the patch deletes it (`$patch: delete`).
 * The identity stays: apiVersion, kind, name and namespace of the patch are ignored.
 */
export function mergeStrategic(manifest: Manifest, patch: JsonObject): Manifest | undefined {
  refuseUnsupported(patch, "");
  if (valueAt(patch, "$patch") === "replace") {
    throw refuse(
      "",
      `"$patch: replace" of a whole object has no effect in kustomize; patch fields`,
    );
  }
  const { metadata } = patch;
  const change = withoutKeys(patch, "apiVersion", "kind", "metadata");
  const body = isObject(metadata)
    ? withKey(change, "metadata", withoutKeys(metadata, "name", "namespace"))
    : change;
  const merged = mergeMap(manifest, body, shapeOf(groupOf(manifest), manifest.kind), "");
  if (!isObject(merged)) return undefined;
  const { name, namespace } = manifest.metadata;
  const identity = { name, ...(namespace !== undefined && { namespace }) };
  const rest = isObject(merged["metadata"]) ? merged["metadata"] : {};
  return { ...merged, ...kindOf(manifest), metadata: { ...rest, ...identity } };
}

function kindOf({ apiVersion, kind }: Manifest) {
  return { apiVersion, kind };
}

/** Merges a change into a value; undefined means that there is nothing left. */
function mergeValue(
  old: Json | undefined,
  change: Json | undefined,
  shape: Shape,
  path: string,
): Json | undefined {
  if (change === undefined) return old;
  if (change === null) return undefined;
  if (old === undefined || old === null) return addValue(change, shape, path);
  if (nodeKind(old) !== nodeKind(change)) {
    throw refuse(path, `it is ${nodeKind(old)} in the object and ${nodeKind(change)} in the patch`);
  }
  if (isObject(old) && isObject(change)) return mergeMap(old, change, shape, path);
  if (isList(old) && isList(change)) return mergeList(old, change, shape, path);
  return isQuoted(old) && typeof change !== "object" ? String(change) : change;
}

/** A text that has quotes in YAML, because it looks like something else; kustomize keeps them for a new value. */
function isQuoted(value: Json): boolean {
  return typeof value === "string" && readScalar(value, "yaml1.1") !== value;
}

function mergeMap(
  old: JsonObject,
  change: JsonObject,
  shape: Shape,
  path: string,
): JsonObject | undefined {
  const directive = valueAt(change, "$patch");
  if (directive === "delete") return undefined;
  const base = directive === "replace" ? {} : old;
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(withoutKeys(change, "$patch"))) {
    const at = path + pointerToken(key);
    const merged = mergeValue(valueAt(base, key), value, fieldOf(shape, key), at);
    if (merged === undefined) result.delete(key);
    else result.set(key, merged);
  }
  return Object.fromEntries(result);
}

function mergeList(
  old: readonly Json[] | undefined,
  change: readonly Json[],
  shape: Shape,
  path: string,
): readonly Json[] | undefined {
  const { keys } = shape;
  if (keys === undefined) return addAtomicList(change, path);
  const directives = change.filter(isListDirective);
  const items = change.filter((item) => !isListDirective(item));
  if (directives.some((item) => valueAt(item, "$patch") === "delete")) return undefined;
  const replaced = directives.some((item) => valueAt(item, "$patch") === "replace");
  const base = replaced || old === undefined ? items : old;
  const itemShape = { fields: shape.fields ?? {} };
  if (keys.length === 0) return [...new Set([...items, ...base])];
  return mergeKeyedList(base, items, keys, path, (before, item) =>
    item !== undefined && before === item
      ? addValue(item, itemShape, path)
      : mergeValue(before, item, itemShape, path),
  );
}

/** What a patch adds: without its nulls and directives. */
function addValue(value: Json, shape: Shape, path: string): Json | undefined {
  if (isObject(value)) return mergeMap({}, value, shape, path);
  return isList(value) ? mergeList(undefined, value, shape, path) : value;
}

function addAtomicList(list: readonly Json[], path: string): readonly Json[] {
  if (list.some(holdsDirective)) {
    throw refuse(path, `it holds "$patch", but this list is replaced as a whole`);
  }
  return list;
}

function holdsDirective(value: Json | undefined): boolean {
  if (isList(value)) return value.some(holdsDirective);
  if (!isObject(value)) return false;
  return Object.hasOwn(value, "$patch") || Object.values(value).some(holdsDirective);
}

/** An item that is nothing but a directive is about the whole list. */
function isListDirective(item: Json): item is JsonObject {
  return isObject(item) && Object.hasOwn(item, "$patch") && Object.keys(item).length === 1;
}

function fieldOf(shape: Shape, key: string): Shape {
  const { fields } = shape;
  return (fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined) ?? {};
}

function nodeKind(value: Json): string {
  if (isList(value)) return "a list";
  return isObject(value) ? "a map" : "a single value";
}

/** Directives that kustomize does not know and would leave in the object. */
function refuseUnsupported(value: Json | undefined, path: string): void {
  if (isList(value)) {
    value.forEach((item, index) => {
      refuseUnsupported(item, path + pointerToken(index));
    });
  }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const at = path + pointerToken(key);
    if (unsupported.test(key)) {
      throw refuse(at, "kustomize does not support this directive and leaves it in the object");
    }
    if (key === "$patch" && item !== "delete" && item !== "replace" && item !== "merge") {
      throw refuse(at, "$patch is one of delete, replace, merge");
    }
    refuseUnsupported(item, at);
  }
}

function refuse(path: string, reason: string): PatchError {
  return new PatchError({ operation: "merge", path: path === "" ? "/" : path, reason });
}

import { isObject, type Json, type JsonObject } from "../manifest";
import { PatchError } from "./error";
import { pointerToken, valueAt } from "./record";

type Merge = (before: Json | undefined, item: Json | undefined) => Json | undefined;

/**
 * Merges a list by the keys of its items: those of the patch first, in its order, then the others.
 * With several keys only new items come first; the others keep their places.
 *
 * Of several keys (containerPort and protocol) only those count that some item has, and two items
 * are the same if they differ only where one has no value. The item is then looked up by all the
 * values together, so a port without a protocol loses against one with it, as in kustomize
 * (https://github.com/kubernetes-sigs/kustomize/issues/4752).
 */
export function mergeKeyedList(
  old: readonly Json[],
  changes: readonly Json[],
  keys: readonly string[],
  path: string,
  merge: Merge,
): readonly Json[] {
  const items = changes.map((item, index) => requireKey(item, keys, path + pointerToken(index)));
  const keyed = old.filter((item) => keyText(item, keys[0]) !== "");
  const values = align([...items, ...keyed].map((item) => keys.map((key) => keyText(item, key))));
  const used = keys.filter((_, index) => values.some((value) => value[index] !== ""));
  let rest: readonly Json[] = keyed;
  let merged: readonly Json[] = [];
  for (const value of values) {
    const wanted = value.filter((_, index) => used.includes(keys[index] ?? ""));
    const given = (item: Json) =>
      used.every((key, i) => !wanted[i] || keyText(item, key) === wanted[i]);
    const before = rest.find(given);
    const item = items.find(given);
    if (before !== undefined && item !== undefined) refuseReplace(item, before, path);
    const result = merge(before, item);
    if (isEmpty(result)) {
      rest = put(rest, used, wanted);
    } else {
      rest = rest.map((other) => (other === before ? result : other));
      merged = put(merged, used, wanted, result);
    }
  }
  const others = old.filter((item) => keyText(item, keys[0]) === "");
  const all = rest.reduce<readonly Json[]>((list, item) => append(list, item, used), merged);
  return [...all, ...others];
}

/** Distinct key values; those that differ only in missing parts are filled up from each other. */
function align(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const values = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  values.forEach((value, i) => {
    values.forEach((other, j) => {
      const both = combine(value, other);
      if (both !== undefined) values[i] = values[j] = both;
    });
  });
  return values;
}

function combine(a: readonly string[], b: readonly string[]): readonly string[] | undefined {
  const conflict = a.some((value, index) => value !== b[index] && value !== "" && b[index] !== "");
  const common = a.some((value, index) => value === b[index]);
  return conflict || !common ? undefined : a.map((value, index) => value || (b[index] ?? ""));
}

/** Replaces the items with these values by the element, adds it, or removes them. */
function put(
  list: readonly Json[],
  keys: readonly string[],
  values: readonly string[],
  element?: Json,
): readonly Json[] {
  const matches = (item: Json) =>
    keys.every((key, index) => {
      const value = values[index];
      if (value === undefined) return true;
      return hasKey(item, key) && (value === "" || keyText(item, key) === value);
    });
  if (element === undefined) return list.filter((item) => !matches(item));
  const replaced = list.map((item) => (matches(item) ? element : item));
  return list.some(matches) ? replaced : [...replaced, element];
}

/** Adds what was there before; where a key is missing, the item goes to the end. */
function append(list: readonly Json[], item: Json, keys: readonly string[]): readonly Json[] {
  const present = keys.filter((key) => hasKey(item, key));
  const values = present.map((key) => keyText(item, key));
  const cleared = keys.length > 1 ? put(list, keys, values) : list;
  return put(cleared, keys, values, item);
}

function requireKey(item: Json, keys: readonly string[], path: string): JsonObject {
  const [first = ""] = keys;
  if (isObject(item) && keyText(item, first) !== "") return item;
  throw new PatchError({
    operation: "merge",
    path,
    reason: `the item has no ${first}, by which this list is merged`,
  });
}

/** kustomize keeps the old item, silently. */
function refuseReplace(item: Json, before: Json, path: string): void {
  if (item === before || !isObject(item) || valueAt(item, "$patch") !== "replace") return;
  throw new PatchError({
    operation: "merge",
    path,
    reason: `"$patch: replace" of one item has no effect in kustomize; set the fields, or null`,
  });
}

function hasKey(item: Json, key: string): boolean {
  return isObject(item) && Object.hasOwn(item, key);
}

function keyText(item: Json, key = ""): string {
  const value = isObject(item) ? valueAt(item, key) : undefined;
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function isEmpty(value: Json | undefined): value is undefined {
  return value === undefined || (isObject(value) && Object.keys(value).length === 0);
}

import { type Json, type JsonObject } from "../manifest";

// Keys come from patches: `__proto__` and `constructor` are ordinary keys here, so only own
// properties are read, and objects are made by definition, never by assignment.

/** The own value of a key. */
export function valueAt(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A copy with the key set. */
export function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  return { ...object, [key]: value };
}

/** A copy without the keys. */
export function withoutKeys(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** True for a list. `Array.isArray` does not narrow read-only arrays. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** One token of a JSON pointer, escaped: https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function pointerToken(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

import { isDeepStrictEqual } from "node:util";
import { isObject, type Json } from "../../provider/core/manifest";
import { sameQuantity } from "./kubernetes/quantity";

/**
 * Where a live object lacks what a manifest asks for, as property paths. The API server may add fields, and spells
 * quantities its own way; lists have the same length.
 */
export function lacking(live: Json | undefined, wanted: Json, path = ""): readonly string[] {
  if (Array.isArray(wanted)) return lackingInList(live, wanted as readonly Json[], path);
  if (isObject(wanted)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      value === undefined
        ? []
        : lacking(isObject(live) ? live[key] : undefined, value, `${path}.${key}`),
    );
  }
  if (isDeepStrictEqual(live, wanted) || sameQuantity(live, wanted)) return [];
  return [`${path}: ${JSON.stringify(live)} instead of ${JSON.stringify(wanted)}`];
}

function lackingInList(
  live: Json | undefined,
  wanted: readonly Json[],
  path: string,
): readonly string[] {
  const items = Array.isArray(live) ? (live as readonly Json[]) : [];
  if (items.length !== wanted.length) {
    return [`${path}: ${items.length} items instead of ${wanted.length}`];
  }
  return wanted.flatMap((item, index) => lacking(items[index], item, `${path}[${index}]`));
}

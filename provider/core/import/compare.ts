import { objectAt } from "../deployment";
import { isObject, type Json, type JsonObject } from "../manifest";

/** What the server fills in for one object only, or what nobody has asked for. */
const ALLOCATED = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "volumeName"];

/** Fields of a live object next to what they shall be. */
interface Pair {
  readonly live: Json | undefined;
  readonly wanted: Json | undefined;
  /** The fields here that installers own, as in `managedFields`; undefined where they own none. */
  readonly owned: JsonObject | undefined;
  readonly path: string;
}

/**
 * The paths at which a live object will change when it is adopted: what is wanted and differs, and what an installer has set
 * and is not wanted. What somebody else has set stays. Of metadata only labels and annotations are compared.
 *
 * @param wanted with the server's defaults
 * @param owned the fields of all installers, as one tree in the form of `fieldsV1`
 */
export function changedPaths(
  live: JsonObject,
  wanted: JsonObject,
  owned: JsonObject,
): readonly string[] {
  return differences({ live: comparable(live), wanted: comparable(wanted), owned, path: "" });
}

function comparable(object: JsonObject): JsonObject {
  const { labels = {}, annotations = {} } = objectAt(object, "metadata");
  const rest = Object.entries(object).filter(
    ([key]) => !["apiVersion", "kind", "metadata", "status"].includes(key),
  );
  return { metadata: { labels, annotations }, ...Object.fromEntries(rest) };
}

function differences({ live, wanted, owned, path }: Pair): readonly string[] {
  if (wanted === undefined) return owned === undefined ? [] : [path];
  if (live === undefined) return isEmpty(wanted) ? [] : [path];
  if (isObject(live) && isObject(wanted)) return ofObjects(live, wanted, owned, path);
  const [lives, wanteds] = [keyed(live), keyed(wanted)];
  if (lives !== undefined && wanteds !== undefined) return ofLists(lives, wanteds, owned, path);
  return JSON.stringify(live) === JSON.stringify(wanted) ? [] : [path];
}

function ofObjects(
  live: JsonObject,
  wanted: JsonObject,
  owned: JsonObject | undefined,
  path: string,
): readonly string[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(live)])];
  return keys
    .filter((key) => !ALLOCATED.includes(key))
    .flatMap((key) =>
      differences({
        live: live[key],
        wanted: wanted[key],
        owned: member(owned, `f:${key}`),
        path: /[./]/.test(key) ? `${path}[${key}]` : `${path}${path === "" ? "" : "."}${key}`,
      }),
    );
}

type Items = ReadonlyMap<string, Json>;

function ofLists(
  live: Items,
  wanted: Items,
  owned: JsonObject | undefined,
  path: string,
): readonly string[] {
  const keys = [...new Set([...wanted.keys(), ...live.keys()])];
  return keys.flatMap((key) => {
    const item = live.get(key);
    return differences({
      live: item,
      wanted: wanted.get(key),
      // A list of texts has one owner as a whole.
      owned: isObject(item) ? ownedItem(owned, item) : owned,
      path: `${path}[${key}]`,
    });
  });
}

/** A list by the names of its objects, or by its texts; undefined where it is neither. */
function keyed(value: Json): Items | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = (value as readonly Json[]).flatMap(
    (item): readonly (readonly [string, Json])[] => {
      const key = isObject(item) ? nameIn(item) : item;
      return typeof key === "string" && key !== "" ? [[key, item]] : [];
    },
  );
  return entries.length === value.length ? new Map(entries) : undefined;
}

function nameIn(item: JsonObject): Json | undefined {
  return item["name"] ?? item["mountPath"];
}

/** `k:{"name":"manager"}`: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
function ownedItem(owned: JsonObject | undefined, item: JsonObject): JsonObject | undefined {
  if (owned === undefined) return undefined;
  const key = Object.keys(owned).find((it) => it.startsWith("k:") && isKeyOf(it.slice(2), item));
  // A list without keys has one owner as a whole.
  return key === undefined
    ? Object.keys(owned).some((it) => it.startsWith("k:"))
      ? undefined
      : owned
    : member(owned, key);
}

function isKeyOf(text: string, item: JsonObject): boolean {
  try {
    const keys: unknown = JSON.parse(text);
    return isObject(keys) && Object.entries(keys).every(([name, value]) => item[name] === value);
  } catch {
    return false;
  }
}

function member(owned: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = owned?.[key];
  return isObject(value) ? value : undefined;
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every((entry) => entry === undefined);
}

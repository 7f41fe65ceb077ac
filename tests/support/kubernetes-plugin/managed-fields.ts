import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { child, text } from "./identity";

// What the plugin takes over before its first server-side apply: its own creates, and kubectl.
const taken = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
]);

const pulumiManagers = new Set([
  "pulumi-kubernetes",
  "pulumi-kubernetes.exe",
  "pulumi-resource-kubernetes",
]);

function entries(live: JsonObject): readonly JsonObject[] {
  const list = child(live, "metadata")["managedFields"];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function nameOf(entry: JsonObject): string {
  return `${text(entry["manager"])}/${text(entry["operation"])}`;
}

function isTaken(entry: JsonObject): boolean {
  return taken.has(nameOf(entry)) && text(entry["subresource"]) === "";
}

/** True when the object was created by the plugin and not applied since. */
export function isFromCreate(live: JsonObject): boolean {
  return entries(live).some(
    (entry) => pulumiManagers.has(text(entry["manager"])) && entry["operation"] === "Update",
  );
}

/** True when the object names no field manager at all. */
export function isUnmanaged(live: JsonObject): boolean {
  return entries(live).length === 0;
}

function union(one: JsonObject, other: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(keys.map((key) => [key, union(child(one, key), child(other, key))]));
}

/**
 * A JSON patch that gives the fields of the plugin's own create, and of kubectl, to the field
 * manager; undefined where there is nothing to give.
 */
export function takeOverPatch(live: JsonObject, manager: string): Json | undefined {
  const all = entries(live);
  const mine = all.filter(isTaken);
  const [first] = mine;
  if (first === undefined) return undefined;
  const own = all.find((entry) => nameOf(entry) === `${manager}/Apply`);
  const merged = [...mine, ...(own === undefined ? [] : [own])]
    .map((entry) => child(entry, "fieldsV1"))
    .reduce(union);
  const kept = all.filter((entry) => !isTaken(entry) && entry !== own);
  const entry = { ...(own ?? first), manager, operation: "Apply", fieldsV1: merged };
  return [
    { op: "replace", path: "/metadata/managedFields", value: [entry, ...kept] },
    {
      op: "replace",
      path: "/metadata/resourceVersion",
      value: text(child(live, "metadata")["resourceVersion"]),
    },
  ];
}

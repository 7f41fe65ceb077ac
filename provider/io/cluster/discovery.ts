import { isObject, type Json, type JsonObject } from "../../core/manifest";
import type { Cluster } from "./cluster";
import { isClusterError } from "./error";
import { pathOfVersion, type ResourceType } from "./paths";

/** A type as the API server offers it. */
export interface ServedType extends ResourceType {
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/**
 * The versions of a group that are served, the preferred one first; none where the group is absent.
 *
 * @throws ClusterError
 */
export async function versionsOf(cluster: Cluster, group: string): Promise<readonly string[]> {
  const answer = await read(cluster, `/apis/${encodeURIComponent(group)}`, `the group ${group}`);
  if (answer === undefined) return [];
  const preferred = textIn(objectIn(answer["preferredVersion"]), "version");
  const all = itemsIn(answer["versions"]).map((entry) => textIn(entry, "version"));
  return [...new Set([preferred, ...all])].filter((version) => version !== "");
}

/**
 * The types of a version, without their subresources; none where the version is not served.
 *
 * @throws ClusterError
 */
export async function typesOf(
  cluster: Cluster,
  group: string,
  version: string,
): Promise<readonly ServedType[]> {
  const path = pathOfVersion(group, version);
  const answer = await read(cluster, path, `the types of ${group}/${version}`);
  return itemsIn(answer?.["resources"])
    .filter((entry) => !textIn(entry, "name").includes("/"))
    .map((entry) => ({
      group,
      version,
      plural: textIn(entry, "name"),
      kind: textIn(entry, "kind"),
      namespaced: entry["namespaced"] === true,
      verbs: Array.isArray(entry["verbs"]) ? entry["verbs"].map(String) : [],
    }));
}

async function read(cluster: Cluster, path: string, what: string): Promise<JsonObject | undefined> {
  try {
    return await cluster.session.sendForObject(`discover ${what}`, { method: "GET", path });
  } catch (error) {
    if (isClusterError(error, "not-found")) return undefined;
    throw error;
  }
}

function itemsIn(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter((entry) => isObject(entry)) : [];
}

function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

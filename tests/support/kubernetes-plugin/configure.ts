import { isDeepStrictEqual } from "node:util";

import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { text } from "./identity";
import { activeCluster, kubeconfigText, type Choice } from "./kubeconfig";
import { isUnknown, revealObject } from "./struct";

/** Configuration values as strings, whether the engine sent them as strings or as JSON. */
export function configValues(args: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(revealObject(args)).flatMap(([key, value]) =>
      value === undefined || value === null || isUnknown(value)
        ? []
        : [[key, print(value)] as const],
    ),
  );
}

function print(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Which configuration keys changed, and which of them mean another cluster. */
export interface ConfigDifference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
}

const selectors = ["kubeconfig", "context", "cluster"];

/** A change of the selected cluster replaces the provider; `clusterIdentifier` decides where given. */
export function compareConfig(olds: JsonObject, news: JsonObject): ConfigDifference {
  const [old, next] = [revealObject(olds), revealObject(news)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (key) => key !== "version",
  );
  const changed = keys.filter((key) => !isDeepStrictEqual(old[key], next[key]));
  const [before, after] = [text(old["clusterIdentifier"]), text(next["clusterIdentifier"])];
  if (after !== "" && before === after) return { changed, replaces: [] };
  const identifier = before !== "" && after !== "" ? ["clusterIdentifier"] : [];
  const moved = selectors.some((key) => isUnknown(next[key])) || isAnotherCluster(old, next);
  const selected = moved ? changed.filter((key) => selectors.includes(key)) : [];
  return { changed, replaces: [...identifier, ...selected] };
}

function isAnotherCluster(old: JsonObject, next: JsonObject): boolean {
  const [before, after] = [selected(old), selected(next)];
  return before !== undefined && after !== undefined && !isDeepStrictEqual(before, after);
}

function selected(config: JsonObject): JsonObject | undefined {
  const choice: Choice = { context: text(config["context"]), cluster: text(config["cluster"]) };
  const given = config["kubeconfig"];
  const content = isObject(given) ? JSON.stringify(given) : text(given);
  return content === "" ? undefined : activeCluster(kubeconfigText(content, {}).text, choice);
}

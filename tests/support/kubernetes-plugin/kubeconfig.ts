import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

import { parse } from "yaml";

import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { child, text } from "./identity";

/** How to reach one API server, and as whom. */
export interface Cluster {
  readonly server: string;
  readonly namespace: string;
  readonly insecure: boolean;
  readonly authority?: Buffer;
  readonly certificate?: Buffer;
  readonly key?: Buffer;
  readonly token?: string;
  readonly serverName?: string;
}

/** Which of a kubeconfig's entries to take, where not the current ones. */
export interface Choice {
  readonly context: string;
  readonly cluster: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The text of the kubeconfig that is given as content or path, or of the ambient one. */
export function kubeconfigText(given: string, env: Environment): { text: string; folder: string } {
  if (given !== "") {
    const path = resolve(given.replace(/^~(?=\/)/, homedir()));
    return given.includes("\n") || !existsSync(path) ? { text: given, folder: "." } : read(path);
  }
  const paths = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const found = [...paths, join(homedir(), ".kube", "config")].find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error("no kubeconfig is configured: set kubernetes:kubeconfig or KUBECONFIG");
  }
  return read(found);
}

function read(path: string): { text: string; folder: string } {
  return { text: readFileSync(path, "utf8"), folder: dirname(path) };
}

function parseKubeconfig(content: string): JsonObject {
  const config: unknown = parse(content);
  if (!isObject(config)) throw new Error("the kubeconfig is not a YAML mapping");
  return config;
}

function entry(config: JsonObject, list: string, key: string, name: string): JsonObject {
  const entries = Array.isArray(config[list]) ? (config[list] as unknown[]) : [];
  const found = entries.find((item) => isObject(item) && item["name"] === name);
  if (found === undefined) throw new Error(`the kubeconfig has no ${key} named "${name}"`);
  return child(found, key);
}

function chosen(config: JsonObject, choice: Choice): { context: JsonObject; cluster: JsonObject } {
  const name = choice.context === "" ? text(config["current-context"]) : choice.context;
  const context = entry(config, "contexts", "context", name);
  const clusterName = choice.cluster === "" ? text(context["cluster"]) : choice.cluster;
  return { context, cluster: entry(config, "clusters", "cluster", clusterName) };
}

/** The cluster entry that a kubeconfig text selects, for comparison; undefined where there is none. */
export function activeCluster(content: string, choice: Choice): JsonObject | undefined {
  try {
    return chosen(parseKubeconfig(content), choice).cluster;
  } catch {
    return undefined;
  }
}

/** Reads how to reach the selected cluster. Relative file names count from `folder`. */
export function readCluster(content: string, folder: string, choice: Choice): Cluster {
  const config = parseKubeconfig(content);
  const { context, cluster } = chosen(config, choice);
  const user =
    text(context["user"]) === "" ? {} : entry(config, "users", "user", text(context["user"]));
  if (user["exec"] !== undefined || user["auth-provider"] !== undefined) {
    throw new Error("the stand-in knows client certificates and tokens only, no exec plugin");
  }
  const server = text(cluster["server"]);
  if (server === "") throw new Error("the kubeconfig's cluster has no server");
  return {
    server: server.replace(/\/+$/, ""),
    namespace: text(context["namespace"]) === "" ? "default" : text(context["namespace"]),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    ...present("authority", bytes(cluster, "certificate-authority", folder)),
    ...present("certificate", bytes(user, "client-certificate", folder)),
    ...present("key", bytes(user, "client-key", folder)),
    ...present("token", tokenOf(user, folder)),
    ...present("serverName", optional(cluster["tls-server-name"])),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function optional(value: unknown): string | undefined {
  return text(value) === "" ? undefined : text(value);
}

function bytes(entryOf: JsonObject, key: string, folder: string): Buffer | undefined {
  const data = text(entryOf[`${key}-data`]);
  if (data !== "") return Buffer.from(data, "base64");
  const path = text(entryOf[key]);
  return path === "" ? undefined : readFileSync(resolve(folder, path));
}

function tokenOf(user: JsonObject, folder: string): string | undefined {
  const path = text(user["tokenFile"]);
  if (path !== "") return readFileSync(resolve(folder, path), "utf8").trim();
  return optional(user["token"]);
}

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter } from "yaml";
import { isObject, type Json, type JsonObject } from "../../core/manifest";
import { withoutTrailing } from "../../core/trailing";
import { composeDocuments, toPlain, UnreadableYaml } from "../../core/yaml";
import type { Surroundings } from "../oci/access";
import { readRegular, UnreadableFile } from "../file";
import type { Connection } from "./connection";
import { ClusterError } from "./error";

/** The parts of a kubeconfig that lead to one cluster as one user. File names in them are absolute. */
export interface Entry {
  readonly cluster: JsonObject;
  readonly user: JsonObject;
  /** The API server, without credentials. */
  readonly server: URL;
  /** How messages name it: server, context and kubeconfig. */
  readonly title: string;
}

interface Document {
  readonly content: JsonObject;
  readonly title: string;
}

/** The largest kubeconfig that is read, in bytes: one with thousands of clusters is smaller. */
const LIMIT = 16 * 1024 * 1024;

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Finds the entry that a connection means.
 *
 * @throws ClusterError bad-kubeconfig
 */
export async function findEntry(
  connection: Connection,
  surroundings: Surroundings,
): Promise<Entry> {
  const { kubeconfig, origin = "the given kubeconfig" } = connection;
  const document =
    kubeconfig === undefined
      ? await readAmbient(surroundings)
      : await readGiven(kubeconfig, surroundings, origin);
  return select(document, connection);
}

async function readGiven(
  given: string,
  surroundings: Surroundings,
  origin: string,
): Promise<Document> {
  // The Kubernetes provider takes the ambient one then, which may lead to any cluster.
  if (given === "") {
    throw bad(`${origin} is empty or not a text; give the content or the path of a kubeconfig`);
  }
  const { home = "" } = surroundings;
  const path = resolve(given.replace(/^~(?=$|[/\\])/, home));
  const isPath = !given.includes("\n") && existsSync(path);
  return isPath ? await readFrom(path) : parse(given, origin);
}

/** As client-go merges them: the first file that has an entry or a current context wins; absent files don't count. */
async function readAmbient({ kubeconfigs = [], clusterHost }: Surroundings): Promise<Document> {
  const present = kubeconfigs.filter((path) => existsSync(path));
  if (present.length === 0 && clusterHost !== undefined && existsSync(`${ACCOUNT}/token`)) {
    return inCluster(clusterHost);
  }
  if (present.length === 0) {
    const tried = kubeconfigs.length === 0 ? "" : `, and there is no ${kubeconfigs.join(", ")}`;
    const remedy = "set `kubeconfig`, pass `providers: [kubernetes]`, or set KUBECONFIG";
    throw bad(`no kubeconfig is given${tried}; ${remedy}`);
  }
  const documents = await Promise.all(present.map((path) => readFrom(path)));
  const list = (key: string) => documents.flatMap(({ content }) => listIn(content, key));
  const current = documents.map(({ content }) => textIn(content, "current-context"));
  const content: JsonObject = {
    clusters: list("clusters"),
    contexts: list("contexts"),
    users: list("users"),
    "current-context": current.find((name) => name !== "") ?? "",
  };
  return { content, title: present.join(", ") };
}

function inCluster(host: string): Document {
  const name = "in-cluster";
  const cluster = { server: `https://${host}`, "certificate-authority": `${ACCOUNT}/ca.crt` };
  const content: JsonObject = {
    clusters: [{ name, cluster }],
    users: [{ name, user: { tokenFile: `${ACCOUNT}/token` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return { content, title: "the pod's service account" };
}

async function readFrom(path: string): Promise<Document> {
  try {
    const text = (await readRegular(path, LIMIT)).toString("utf8");
    const { content, title } = parse(text, path);
    return { content: withAbsolutePaths(content, dirname(path)), title };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw bad(`${path} ${error.message}`);
  }
}

/** The parser's messages quote the text, so they are left out. */
function parse(text: string, title: string): Document {
  const content = contentOf(text);
  if (isObject(content)) return { content, title };
  throw bad(`${title} is neither a kubeconfig (YAML or JSON) nor the path of one`);
}

function contentOf(text: string): Json | undefined {
  const options = { logLevel: "silent", prettyErrors: false } as const;
  try {
    const [document, ...more] = composeDocuments(text, new LineCounter(), options);
    const isRead = document?.errors.length === 0 && more.length === 0;
    return isRead ? toPlain(document) : undefined;
  } catch (error) {
    if (error instanceof UnreadableYaml) return undefined;
    throw error;
  }
}

/** The fields of clusters and users that name files, and the program of an exec plugin where it is a path. */
const FILES = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

function withAbsolutePaths(content: JsonObject, folder: string): JsonObject {
  const all = (key: string) => listIn(content, key).map((entry) => fixPaths(entry, folder));
  return { ...content, clusters: all("clusters"), users: all("users") };
}

function fixPaths(value: JsonObject, folder: string): JsonObject {
  const fix = (key: string, inner: Json | undefined): Json | undefined => {
    if (isObject(inner)) return fixPaths(inner, folder);
    if (typeof inner !== "string" || inner === "") return inner;
    const isFile = FILES.includes(key) || (key === "command" && /[/\\]/.test(inner));
    return isFile ? resolve(folder, inner) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fix(key, inner)]));
}

function select({ content, title }: Document, connection: Connection): Entry {
  const name = connection.context ?? textIn(content, "current-context");
  if (name === "") {
    throw bad(`${title} has no current context; set \`context\` to one of ${namesIn(content)}`);
  }
  const context = find(content, "contexts", "context", name, title);
  const clusterName = connection.cluster ?? textIn(context, "cluster");
  const cluster = find(content, "clusters", "cluster", clusterName, title);
  const userName = textIn(context, "user");
  const user = userName === "" ? {} : find(content, "users", "user", userName, title);
  const server = serverOf(cluster, title);
  return { cluster, user, server, title: `${server.href}, context "${name}" of ${title}` };
}

function serverOf(cluster: JsonObject, title: string): URL {
  const text = textIn(cluster, "server");
  const whole = text.includes("://") ? text : `https://${text}`;
  if (text === "" || !URL.canParse(whole)) throw bad(`${title} has a cluster without a server URL`);
  const url = new URL(whole);
  url.username = "";
  url.password = "";
  url.pathname = withoutTrailing(url.pathname, "/");
  return url;
}

function find(
  content: JsonObject,
  list: string,
  key: string,
  name: string,
  title: string,
): JsonObject {
  const found = listIn(content, list).find((entry) => entry["name"] === name)?.[key];
  if (isObject(found)) return found;
  const names = key === "context" ? `; it has ${namesIn(content)}` : "";
  throw bad(`${title} has no ${key} "${name}"${names}`);
}

function namesIn(content: JsonObject): string {
  const names = listIn(content, "contexts").map((entry) => JSON.stringify(entry["name"]));
  return names.length === 0 ? "none" : names.join(", ");
}

function listIn(content: JsonObject, key: string): readonly JsonObject[] {
  const list = content[key];
  return Array.isArray(list) ? list.filter((entry) => isObject(entry)) : [];
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

function bad(reason: string): ClusterError {
  return new ClusterError("bad-kubeconfig", `The cluster can't be found: ${reason}`);
}

import { isObject, type JsonObject } from "../manifest";
import { withoutTrailing } from "../trailing";
import { ArtifactError } from "./error";
import { printReference, type Repository } from "./reference";

/** What a registry or its token server can be shown. */
export type Credential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "refresh"; readonly token: string }
  | { readonly kind: "bearer"; readonly token: string };

/** The server name under which Docker's files and programs keep Docker Hub. */
const DOCKER_HUB = "https://index.docker.io/v1/";

/** The content of a Docker `config.json` or of a pull secret. */
export interface DockerConfig {
  readonly auths: readonly Entry[];
  /** By registry: the program that knows its credential. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The program for every other registry. */
  readonly credsStore: string | undefined;
}

interface Entry {
  readonly host: string;
  /** The repositories it is for, as a prefix; empty for all. */
  readonly path: string;
  readonly value: JsonObject;
}

/**
 * Reads a Docker configuration; a part of it that is not understood does not count.
 *
 * @throws ArtifactError when it is no JSON object; the message holds nothing of the content
 */
export function readDockerConfig(where: string, text: string): DockerConfig {
  const value = parse(where, text);
  const { auths, credHelpers, credsStore } = value;
  return {
    auths: Object.entries(isObject(auths) ? auths : {}).flatMap(([key, entry]) =>
      isObject(entry) ? [{ ...splitKey(key), value: entry }] : [],
    ),
    credHelpers: new Map(
      Object.entries(isObject(credHelpers) ? credHelpers : {}).flatMap(([key, program]) =>
        typeof program === "string" ? [[splitKey(key).host, program] as const] : [],
      ),
    ),
    credsStore: typeof credsStore === "string" && credsStore !== "" ? credsStore : undefined,
  };
}

function parse(where: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below without the cause, whose message quotes the content.
  }
  throw new ArtifactError("invalid-credentials", where, 'is no JSON object with "auths"');
}

/** Keys are `host`, `host/path`, or an old URL such as `https://host/v1/`. */
function splitKey(key: string): { readonly host: string; readonly path: string } {
  const rest = withoutTrailing(key.replace(/^https?:\/\//, ""), "/");
  const slash = rest.indexOf("/");
  const host = (slash < 0 ? rest : rest.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? "" : rest.slice(slash + 1);
  const hub = ["index.docker.io", "registry-1.docker.io"].includes(host);
  return { host: hub ? "docker.io" : host, path: path === "v1" || path === "v2" ? "" : path };
}

/** The name by which a credential program knows a registry. */
export function serverOf(registry: string): string {
  return registry === "docker.io" ? DOCKER_HUB : registry;
}

/** The program that is to be asked for a registry, if any. */
export function programFor(config: DockerConfig, registry: string): string | undefined {
  return config.credHelpers.get(registry) ?? config.credsStore;
}

/** The credential in the configuration itself: the entry with the longest path that fits, else none. */
export function credentialIn(
  where: string,
  config: DockerConfig,
  place: Repository,
): Credential | undefined {
  const [entry] = config.auths
    .filter(({ host, path }) => fits(host, place.registry) && isUnder(path, place.repository))
    .toSorted((left, right) => right.path.length - left.path.length);
  return entry === undefined ? undefined : toCredential(where, entry.value, place);
}

/** `*` stands for a part of one label, as in the pull secrets of Kubernetes. */
function fits(pattern: string, registry: string): boolean {
  if (!pattern.includes("*")) return pattern === registry;
  const [patterns, labels] = [pattern.split("."), registry.split(".")];
  const fitsLabel = (glob: string, label: string) => {
    const [head = "", ...tail] = glob.split("*");
    const end = tail.at(-1);
    if (end === undefined) return glob === label;
    return (
      label.length >= head.length + end.length && label.startsWith(head) && label.endsWith(end)
    );
  };
  return (
    patterns.length === labels.length &&
    patterns.every((glob, index) => fitsLabel(glob, labels[index] ?? ""))
  );
}

function isUnder(path: string, repository: string): boolean {
  return path === "" || repository === path || repository.startsWith(`${path}/`);
}

function toCredential(where: string, entry: JsonObject, place: Repository): Credential | undefined {
  const { identitytoken, registrytoken, auth, username, password } = entry;
  if (isText(identitytoken)) return { kind: "refresh", token: identitytoken };
  if (isText(registrytoken)) return { kind: "bearer", token: registrytoken };
  if (isText(username) && typeof password === "string")
    return { kind: "basic", username, password };
  if (!isText(auth)) return undefined;
  // Base64 of `name:password`, where the password may hold further colons.
  const decoded = withoutTrailing(Buffer.from(auth, "base64").toString("utf8"), "\0");
  const colon = decoded.indexOf(":");
  if (colon > 0) {
    return { kind: "basic", username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
  const { registry, repository } = place;
  const reason = `the "auth" for ${printReference({ registry, repository })} is not base64 of "name:password"`;
  throw new ArtifactError("invalid-credentials", where, `${reason}; log in to the registry again`);
}

/** What a credential program printed. https://github.com/docker/docker-credential-helpers#development */
export function readProgramOutput(where: string, text: string): Credential | undefined {
  const { Username: username, Secret: secret } = parse(where, text);
  if (!isText(username) || !isText(secret)) return undefined;
  if (username === "<token>") return { kind: "refresh", token: secret };
  return { kind: "basic", username, password: secret };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

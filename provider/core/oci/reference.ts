import { isDigest, type Digest } from "./digest";
import { ArtifactError } from "./error";

/** A repository in a registry. */
export interface Repository {
  /** `host` or `host:port`, in lower case; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly repository: string;
}

/** A repository, and what to take of it: the digest where there is one, else the tag. */
export interface Reference extends Repository {
  readonly tag?: string;
  readonly digest?: Digest;
}

/*
 *   oci://ghcr.io:443/controlplaneio-fluxcd/flux-operator-manifests:latest@sha256:0123…
 *   └─┬─┘ └───┬─────┘ └──────────────────┬────────────────────────┘ └─┬──┘ └────┬─────┘
 *   scheme  registry                 repository                      tag      digest
 *
 *   reference  = [ "oci://" ] [ registry "/" ] repository [ ":" tag ] [ "@" digest ]
 *   registry   = host [ ":" port ]           has a ".", a ":" or is "localhost", else it is no registry
 *   host       = domain | IPv4 | "[" IPv6 "]"
 *   repository = component *( "/" component )
 *
 * Without a registry it is `docker.io`, where a repository of one component lies in `library/`; without tag and
 * digest the tag is `latest`. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])`;
const REGISTRY = new RegExp(`^${HOST}(?::[0-9]{1,5})?$`);
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const MAX_REPOSITORY = 255;
const SCHEME = "oci://";
const DOCKER_HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/**
 * Takes a reference apart.
 *
 * @throws ArtifactError with the part that is wrong
 */
export function parseReference(text: string): Reference {
  const shown = withoutLogin(text);
  const wrong = (reason: string): never => {
    throw new ArtifactError(
      "invalid-reference",
      `"${shown}"`,
      `${reason}; write it as "oci://registry/repository:tag" or "oci://registry/repository@sha256:…"`,
    );
  };
  if (shown !== text) wrong("has a login, which is passed beside it or by `docker login`");
  const [named = "", digest, ...rest] = withoutScheme(text).split("@");
  if (rest.length > 0) wrong('has more than one "@"');
  if (digest !== undefined && !isDigest(digest)) wrong(`"${digest}" is no sha256 digest`);
  const { name, tag } = splitTag(named);
  if (tag !== undefined && !TAG.test(tag)) wrong(`"${tag}" is no tag`);
  const { registry, repository } = splitRegistry(name);
  if (!REGISTRY.test(registry)) wrong(`"${registry}" is no registry`);
  const valid = repository.split("/").every((component) => COMPONENT.test(component));
  if (!valid || repository.length > MAX_REPOSITORY) wrong(`"${repository}" is no repository`);
  const place = { registry, repository };
  if (!isDigest(digest)) return { ...place, tag: tag ?? "latest" };
  return tag === undefined ? { ...place, digest } : { ...place, tag, digest };
}

/** A digest has no "/", so what is before an "@" with one behind it is a login; messages must not show that. */
function withoutLogin(text: string): string {
  const at = text.lastIndexOf("@");
  return at >= 0 && text.includes("/", at) ? `${SCHEME}…${text.slice(at)}` : text;
}

/** Whether a valid reference says its tag, rather than leaving it to the default. */
export function namesTag(text: string): boolean {
  const [named = ""] = withoutScheme(text).split("@");
  return splitTag(named).tag !== undefined;
}

function withoutScheme(text: string): string {
  return text.startsWith(SCHEME) ? text.slice(SCHEME.length) : text;
}

function splitTag(named: string): { readonly name: string; readonly tag?: string } {
  const colon = named.lastIndexOf(":");
  if (colon <= named.lastIndexOf("/")) return { name: named };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

function splitRegistry(name: string): Repository {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0)).toLowerCase();
  const isRegistry = /[.:]/.test(first) || first === "localhost";
  const registry = isRegistry ? first : "docker.io";
  const repository = isRegistry ? name.slice(slash + 1) : name;
  if (!DOCKER_HUB.includes(registry)) return { registry, repository };
  const official = !repository.includes("/");
  return { registry: "docker.io", repository: official ? `library/${repository}` : repository };
}

/** `registry/repository[:tag][@digest]`: how messages name it. */
export function printReference({ registry, repository, tag, digest }: Reference): string {
  const tagged = tag === undefined ? "" : `:${tag}`;
  return `${registry}/${repository}${tagged}${digest === undefined ? "" : `@${digest}`}`;
}

/** The host and port that serve a registry; Docker Hub's are not those of its name. */
export function hostOf(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** True for the names of this machine, the only ones that are spoken to without TLS unless that is asked for. */
export function isLoopback(hostname: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]", "::1"].includes(hostname);
}

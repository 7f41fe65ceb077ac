import { delimiter, join } from "node:path";
import type { VerifySpec } from "../../core/spec/spec";
import type { ParsedFiles } from "../parsed-files";

/** What of the user's machine reaching a registry looks at. */
export interface Surroundings {
  /** Where artifacts are cached; without it nothing is kept. */
  readonly cacheFolder?: string;
  /** The path of Docker's `config.json`; it need not exist. */
  readonly dockerConfig?: string;
  /** The proxy for HTTPS, as a URL that may hold name and password. */
  readonly httpsProxy?: string;
  /** The hosts that are reached without the proxy, separated by commas. */
  readonly noProxy?: string;
  /** The user's home folder, for paths that start with `~`. */
  readonly home?: string;
  /** The paths of the ambient kubeconfigs, the most important one first; they need not exist. */
  readonly kubeconfigs?: readonly string[];
  /** The API server as a pod sees it, `host:port`. */
  readonly clusterHost?: string;
  /** Take a delete in a cluster that can't be reached as done, as the Kubernetes provider does. */
  readonly deleteUnreachable?: boolean;
  /** UIDs of the clusters that instances may move to in this run. */
  readonly moveTo?: readonly string[];
  /** Ids of instances that may be taken over in this run. */
  readonly takeOver?: readonly string[];
  /** The environment variables for programs that are started, as a kubeconfig's exec plugin. */
  readonly environment?: Variables;
}

/** The content of a pull secret (`.dockerconfigjson`), or why there is none, as in `the Secret a/b does not exist`. */
export type PullSecret = { readonly content: string } | { readonly missing: string };

/** How a registry is reached. */
export interface RegistryAccess {
  readonly surroundings: Surroundings;
  /** What the registry is shown; it comes before the pull secret. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Reads the pull secret when a login is asked for; with content it replaces Docker's `config.json`. */
  readonly pullSecret?: () => Promise<PullSecret>;
  /** Certificates in PEM to trust besides those of Node. */
  readonly caCertificate?: string;
  /** Speak HTTP without TLS, also to another machine. */
  readonly insecure?: boolean;
  /** Ends every request when it is aborted. */
  readonly signal?: AbortSignal;
  /** For one call, with all its repetitions, in milliseconds; 30 seconds by default. */
  readonly timeLimit?: number;
}

/** How an artifact is reached, cached and parsed. */
export interface ArtifactAccess extends RegistryAccess {
  readonly files: ParsedFiles;
  /** Use no network: a digest and the last digest seen for a tag come from the cache. */
  readonly offline?: boolean;
  /** Who must have signed it; without it no signature is looked for. */
  readonly verify?: VerifySpec;
  readonly warn: (line: string) => void;
}

/** As the reference (behaviour: OCI artifact). */
export const TIME_LIMIT = 30_000;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The surroundings by the environment variables of a process.
 *
 * @param home the user's home folder
 */
export function surroundingsOf(
  variables: Variables,
  home: string,
  platform: NodeJS.Platform,
): Surroundings {
  const value = (...names: readonly string[]) =>
    names.map((name) => variables[name]).find((text) => text !== undefined && text !== "");
  const httpsProxy = value("HTTPS_PROXY", "https_proxy");
  const noProxy = value("NO_PROXY", "no_proxy");
  return {
    cacheFolder: join(userCache(value, home, platform), "flux-instance", "artifacts"),
    dockerConfig: join(value("DOCKER_CONFIG") ?? join(home, ".docker"), "config.json"),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
    ...clustersOf(value, home),
    moveTo: listIn(value("FLUX_INSTANCE_MOVE_TO_CLUSTER")),
    takeOver: listIn(value("FLUX_INSTANCE_TAKE_OVER")),
    environment: variables,
  };
}

/** A list separated by commas, for a program with several instances. */
function listIn(text = ""): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** As kubectl finds a cluster, and as the Kubernetes provider reads its variable. */
function clustersOf(
  value: (name: string) => string | undefined,
  home: string,
): Pick<Surroundings, "home" | "kubeconfigs" | "clusterHost" | "deleteUnreachable"> {
  const named = (value("KUBECONFIG") ?? "").split(delimiter).filter((path) => path !== "");
  const host = value("KUBERNETES_SERVICE_HOST");
  const port = value("KUBERNETES_SERVICE_PORT") ?? "443";
  return {
    home,
    kubeconfigs: named.length === 0 ? [join(home, ".kube", "config")] : named,
    ...(host === undefined
      ? {}
      : { clusterHost: `${host.includes(":") ? `[${host}]` : host}:${port}` }),
    deleteUnreachable: value("PULUMI_K8S_DELETE_UNREACHABLE") === "true",
  };
}

function userCache(
  value: (name: string) => string | undefined,
  home: string,
  platform: NodeJS.Platform,
): string {
  const chosen = value("XDG_CACHE_HOME");
  if (chosen !== undefined) return chosen;
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return value("LOCALAPPDATA") ?? join(home, "AppData", "Local");
  return join(home, ".cache");
}

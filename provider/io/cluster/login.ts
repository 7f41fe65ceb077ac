import { Agent, type OutgoingHttpHeaders } from "node:http";
import { Agent as TlsAgent, type RequestOptions } from "node:https";
import { isObject, type Json, type JsonObject } from "../../core/manifest";
import type { Surroundings } from "../oci/access";
import { readRegular, UnreadableFile } from "../file";
import { proxyFor } from "../oci/proxy";
import { ClusterError } from "./error";
import { runExecPlugin, type ExecCall, type ExecCredentials } from "./exec-plugin";
import { endedLoginOf } from "./failure";
import type { Entry } from "./kubeconfig";

/** What each request to the API server carries. */
export interface Login {
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  /** `name:password` of basic authentication. */
  readonly auth?: string;
}

/** In bytes; the tokens of service accounts have some 1,000. */
const LARGEST_TOKEN = 1024 * 1024;

const EXEC_INFO = "KUBERNETES_EXEC_INFO";
/** Where a cluster keeps what its exec plugin needs, as Gardener's does. */
const EXEC_EXTENSION = "client.authentication.k8s.io/exec";

/**
 * Gets certificates and tokens, which may run the kubeconfig's exec plugin.
 *
 * @param signal ends the exec plugin
 * @throws ClusterError bad-kubeconfig, or timeout or cancelled when the signal is aborted
 */
export async function logIn(
  entry: Entry,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Login> {
  const { KubeConfig } = await import("./kube-config.js");
  const headers: OutgoingHttpHeaders = {};
  const options: RequestOptions = { headers };
  const proxyUrl = proxyOf(entry, surroundings);
  try {
    const call = execCallOf(entry, surroundings);
    const credentials = call === undefined ? {} : await runExecPlugin(call, signal);
    const config = new KubeConfig();
    config.loadFromOptions(await optionsOf(entry, proxyUrl, credentials));
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    if (signal.aborted) throw endedLoginOf(entry.title, signal.reason);
    throw new ClusterError("bad-kubeconfig", `No login for ${entry.title}: ${reasonOf(error)}`);
  }
  return {
    agent: agentOf(entry, options, proxyUrl !== undefined),
    headers: { ...headers, ...groupsOf(entry.user) },
    ...(typeof options.auth === "string" ? { auth: options.auth } : {}),
  };
}

/** The library's own agent opens a connection for every request; only what goes through a proxy is left to it. */
function agentOf(entry: Entry, options: RequestOptions, isProxied: boolean): Agent {
  if (isProxied) return options.agent as Agent;
  const pool = { keepAlive: true, maxSockets: 16 };
  if (entry.server.protocol === "http:") return new Agent(pool);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const tls = { ca, cert, key, rejectUnauthorized, servername };
  const given = Object.entries(tls).filter(([, value]) => value !== undefined);
  return new TlsAgent({ ...pool, ...Object.fromEntries(given) });
}

/** As client-go: the kubeconfig's proxy, else the environment's. */
function proxyOf({ cluster, server }: Entry, surroundings: Surroundings): string | undefined {
  const own = cluster["proxy-url"];
  return typeof own === "string" && own !== "" ? own : proxyFor(server, surroundings)?.href;
}

async function optionsOf(
  { cluster, user, server }: Entry,
  proxyUrl: string | undefined,
  { token, certificate, key }: ExecCredentials,
) {
  const name = "entry";
  return {
    clusters: [
      {
        name,
        // Without TLS the library wants to be told that nothing is verified.
        skipTLSVerify: cluster["insecure-skip-tls-verify"] === true || server.protocol === "http:",
        server: server.href,
        caData: cluster["certificate-authority-data"],
        caFile: cluster["certificate-authority"],
        tlsServerName: cluster["tls-server-name"],
        proxyUrl,
      },
    ],
    users: [
      {
        name,
        ...(certificate === undefined
          ? { certData: user["client-certificate-data"], certFile: user["client-certificate"] }
          : { certData: Buffer.from(certificate).toString("base64") }),
        ...(key === undefined
          ? { keyData: user["client-key-data"], keyFile: user["client-key"] }
          : { keyData: Buffer.from(key).toString("base64") }),
        token: (await tokenOf(user)) ?? token,
        username: user["username"],
        password: user["password"],
        impersonateUser: user["as"],
        authProvider: user["auth-provider"],
      },
    ],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  };
}

async function tokenOf(user: JsonObject): Promise<string | undefined> {
  const file = user["tokenFile"];
  if (typeof file === "string" && file !== "") return await tokenIn(file);
  return typeof user["token"] === "string" ? user["token"] : undefined;
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readRegular(file, LARGEST_TOKEN)).toString("utf8").trim();
  } catch (error) {
    throw error instanceof UnreadableFile
      ? new Error(`its token file ${file} ${error.message}`)
      : error;
  }
}

/** The call of the user's exec plugin, where it has one. */
function execCallOf(
  { user, cluster, server }: Entry,
  { environment = {} }: Surroundings,
): ExecCall | undefined {
  const exec = user["exec"];
  if (!isObject(exec)) return undefined;
  const { command, args } = exec;
  if (typeof command !== "string" || command === "") {
    throw new Error("its exec plugin has no command");
  }
  const variables = listOf(exec["env"]).map(({ name, value }) => [name, value] as const);
  return {
    command,
    args: Array.isArray(args) ? args.map(String) : [],
    env: {
      ...environment,
      ...(Object.fromEntries(variables) as Record<string, string>),
      [EXEC_INFO]: JSON.stringify(execInfoOf(exec, cluster, server)),
    },
  };
}

/**
 * What an exec plugin is told of the cluster.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
function execInfoOf(exec: JsonObject, cluster: JsonObject, server: URL): object {
  const about = {
    server: server.href,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "certificate-authority-data": cluster["certificate-authority-data"],
    config: listOf(cluster["extensions"]).find(({ name }) => name === EXEC_EXTENSION)?.[
      "extension"
    ],
  };
  return {
    apiVersion: exec["apiVersion"],
    kind: "ExecCredential",
    spec: {
      interactive: false,
      ...(exec["provideClusterInfo"] === true ? { cluster: about } : {}),
    },
  };
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

function groupsOf(user: JsonObject): OutgoingHttpHeaders {
  const groups = user["as-groups"];
  return Array.isArray(groups) ? { "Impersonate-Group": groups.map(String) } : {};
}

/** What a plugin or the file system says; what a plugin prints as its answer may be a token, and is never shown. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError)
    return "its exec plugin answered with something that is no JSON";
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && message.startsWith("spawn")) {
    return `its exec plugin ${path ?? ""} is not installed; install it, or use a kubeconfig without it`;
  }
  return `${message.trim().slice(0, 500)}; check the user entry of the kubeconfig`;
}

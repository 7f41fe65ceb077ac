import { Agent, type OutgoingHttpHeaders } from "node:http";
import { Agent as TlsAgent, type RequestOptions } from "node:https";
import { readFile } from "node:fs/promises";
import type { JsonObject } from "../../core/manifest";
import type { Surroundings } from "../oci/access";
import { proxyFor } from "../oci/proxy";
import { ClusterError } from "./error";
import type { Entry } from "./kubeconfig";

/** What each request to the API server carries. */
export interface Login {
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  /** `name:password` of basic authentication. */
  readonly auth?: string;
}

const EXEC_INFO = "KUBERNETES_EXEC_INFO";

/**
 * Gets certificates and tokens, which may run the kubeconfig's exec plugin.
 *
 * @throws ClusterError bad-kubeconfig
 */
export async function logIn(entry: Entry, surroundings: Surroundings): Promise<Login> {
  const { KubeConfig } = await import("./kube-config.js");
  const headers: OutgoingHttpHeaders = {};
  const options: RequestOptions = { headers };
  const proxyUrl = proxyOf(entry, surroundings);
  try {
    const config = new KubeConfig();
    config.loadFromOptions(await optionsOf(entry, proxyUrl));
    await config.applyToHTTPSOptions(options);
  } catch (error) {
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

async function optionsOf({ cluster, user, server }: Entry, proxyUrl: string | undefined) {
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
        certData: user["client-certificate-data"],
        certFile: user["client-certificate"],
        keyData: user["client-key-data"],
        keyFile: user["client-key"],
        token: await tokenOf(user),
        username: user["username"],
        password: user["password"],
        impersonateUser: user["as"],
        authProvider: user["auth-provider"],
        exec: execOf(user, cluster, server),
      },
    ],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  };
}

async function tokenOf(user: JsonObject): Promise<string | undefined> {
  const file = user["tokenFile"];
  if (typeof file === "string" && file !== "") return (await readFile(file, "utf8")).trim();
  return typeof user["token"] === "string" ? user["token"] : undefined;
}

/**
 * An exec plugin is told of the cluster, which the library leaves out.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
function execOf(user: JsonObject, cluster: JsonObject, server: URL): object | undefined {
  const exec = user["exec"] as (JsonObject & { readonly env?: readonly object[] }) | undefined;
  if (exec === undefined) return undefined;
  const about = {
    server: server.href,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "certificate-authority-data": cluster["certificate-authority-data"],
  };
  const info = {
    apiVersion: exec["apiVersion"],
    kind: "ExecCredential",
    spec: {
      interactive: false,
      ...(exec["provideClusterInfo"] === true ? { cluster: about } : {}),
    },
  };
  return { ...exec, env: [...(exec.env ?? []), { name: EXEC_INFO, value: JSON.stringify(info) }] };
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

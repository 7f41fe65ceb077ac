import { setTimeout as sleep } from "node:timers/promises";

import { ApiError, Client } from "./client";
import { kubeconfigText, readCluster, type Cluster } from "./kubeconfig";
import { Objects } from "./objects";
import type { Settings } from "./settings";

/** Tells the user something about one resource. */
export type Log = (severity: "info" | "warning", urn: string, message: string) => void;

/** What one configured provider instance works with. */
export interface Session {
  readonly settings: Settings;
  readonly log: Log;
  readonly cancelled: AbortSignal;
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  /** The API server, or why it cannot be reached. */
  readonly api: Objects | string;
}

/** Connects to the cluster. One that cannot be reached is no error before an operation needs it. */
export async function connect(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  cancelled: AbortSignal,
): Promise<Session> {
  const base = { settings, log, cancelled };
  try {
    const cluster = findCluster(settings, env);
    const namespace = settings.namespace === "" ? cluster.namespace : settings.namespace;
    return { ...base, namespace, api: await reach(new Client(cluster, settings.logFile)) };
  } catch (error) {
    const cause = `unable to load Kubernetes client configuration: ${messageOf(error)}`;
    return { ...base, namespace: settings.namespace, api: cause };
  }
}

function findCluster(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Cluster {
  const { text, folder } = kubeconfigText(settings.kubeconfig, env);
  return readCluster(text, folder, settings);
}

/** Any answer of the API server will do; silence for 10 s does not. */
async function reach(client: Client): Promise<Objects | string> {
  const timeout = new AbortController();
  try {
    const answered = client.send({ method: "GET", path: "/version" });
    const late = sleep(10_000, undefined, { signal: timeout.signal, ref: false }).then(() => {
      throw new Error("no answer within 10 s");
    });
    late.catch(() => undefined);
    await Promise.race([answered, late]);
    return new Objects(client);
  } catch (error) {
    if (error instanceof ApiError) return new Objects(client);
    const server = client.cluster.server;
    return `unable to load schema information from the API server: ${server}: ${messageOf(error)}`;
  } finally {
    timeout.abort();
  }
}

/** The text of an error; Node gives a refused connection to several addresses no text of its own. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}

/** The API server, or an error that says why there is none. */
export function requireApi({ api }: Session): Objects {
  if (typeof api !== "string") return api;
  throw new Error(`configured Kubernetes cluster is unreachable: ${api}`);
}

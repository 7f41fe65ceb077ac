import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../provider/core/manifest";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The client's port, which tells connections apart. */
  readonly port: number | undefined;
}

/** An answer; "reset" breaks the connection, "silence" never comes. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: Json }
  | "reset"
  | "silence";

/** A stand-in for an API server, for answers that a real one can't be made to give. */
export interface FakeApiServer {
  readonly url: string;
  readonly kubeconfig: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Starts one on loopback; it asks the test for each answer. */
export async function startFakeApiServer(
  reply: (request: Received, count: number) => Reply,
): Promise<FakeApiServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://loopback");
    const { method = "", headers } = request;
    const port = request.socket.remotePort;
    const got = { method, path: url.pathname, query: url.searchParams, headers, port };
    received.push(got);
    const answer = reply(got, received.length);
    if (answer === "reset") request.socket.destroy();
    if (answer === "reset" || answer === "silence") return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    kubeconfig: kubeconfigOf(url),
    received,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A kubeconfig with one context, `somewhere`. */
export function kubeconfigOf(server: string, user: Record<string, Json> = { token: "t0ken" }) {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "somewhere", context: { cluster: "c", user: "u" } }],
    "current-context": "somewhere",
  });
}

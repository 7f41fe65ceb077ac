import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../provider/core/manifest";
import { exchange, type Answer, type Request } from "../../provider/io/cluster/http";
import { findEntry } from "../../provider/io/cluster/kubeconfig";
import { logIn } from "../../provider/io/cluster/login";
import { kubeconfigOf } from "./fake-api-server";

/** A request that has passed. */
export interface Passed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** A way to a real API server that counts what passes, and refuses what a test wants it to. */
export interface ApiProxy {
  readonly url: string;
  /** Leads to the API server through the proxy, as the user of the real kubeconfig. */
  readonly kubeconfig: string;
  readonly passed: Passed[];
  close(): Promise<void>;
}

/** Starts a proxy on loopback. What `forbids` says yes to is answered with 403, as where the user has not the right. */
export async function startApiProxy(
  kubeconfig: string,
  forbids: (request: Passed) => boolean = () => false,
): Promise<ApiProxy> {
  const entry = await findEntry({ kubeconfig }, {});
  const login = await logIn(entry, {}, new AbortController().signal);
  const passed: Passed[] = [];
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { method = "", url: path = "" } = request;
    const seen = { method, path: path.replace(/\?.*/, "") };
    passed.push(seen);
    const text = JSON.stringify({ kind: "Status", message: "this user may not" });
    if (forbids(seen)) return { status: 403, headers: {}, text };
    const { signal } = new AbortController();
    return await exchange(entry.server, login, await requestOf(request, path), signal);
  };
  const server = createServer((request, response) => {
    void answerTo(request).then(
      ({ status, text }) => {
        response.writeHead(status, { "content-type": "application/json" }).end(text);
      },
      () => request.socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfigOf(url),
    passed,
    close: async () => {
      login.agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestOf(request: IncomingMessage, path: string): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const { accept, "content-type": contentType } = request.headers;
  return {
    method: request.method as Request["method"],
    path,
    ...(text === "" ? {} : { body: JSON.parse(text) as Json }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(accept === undefined ? {} : { accept }),
  };
}

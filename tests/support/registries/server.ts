import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as a server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  /** The same as bytes. */
  readonly content: Buffer;
  readonly contentType: string | undefined;
}

export type Handler = (seen: Seen, response: ServerResponse) => void;

export interface TestServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly seen: Seen[];
  stop(): Promise<void>;
}

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Serves one handler on loopback, and keeps what it was asked. */
export async function serve(handler: Handler, tls?: Certificate): Promise<TestServer> {
  const seen: Seen[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const content = Buffer.concat(chunks);
      const one = {
        method,
        path,
        authorization: headers.authorization,
        body: content.toString("utf8"),
        content,
        contentType: headers["content-type"],
      };
      seen.push(one);
      handler(one, response);
    });
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { KeyPair } from "../registries/certificate";
import { serve } from "../registries/server";
import { answer, requireBackend } from "./backend";

/** The host that the repositories are at; no DNS has it. */
export const GIT_HOST = "git.test";

/** Bare repositories behind HTTPS. */
export interface GitServer {
  /** The proxy by which `https://git.test` is found: Pulumi takes no address with a port. */
  readonly proxy: string;
  stop(): Promise<void>;
}

/**
 * Serves the bare repositories of a folder with Git's own program for that: https://git-scm.com/docs/git-http-backend. Skips
 * the suite where Git has none.
 */
export async function serveGit(
  context: Mocha.Context,
  folder: string,
  tls: KeyPair,
): Promise<GitServer> {
  requireBackend(context);
  const server = await serve((seen, response) => void answer(folder, seen, response), tls);
  const proxy = await tunnel(Number(server.address.split(":")[1]));
  return {
    proxy: proxy.address,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

/** A proxy that leads the one host to a port here, and others to where they are. */
async function tunnel(
  port: number,
): Promise<{ readonly address: string; readonly stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    const [host = "", asked = ""] = url.split(":");
    const upstream = host === GIT_HOST ? connect(port, "127.0.0.1") : connect(Number(asked), host);
    upstream.on("connect", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

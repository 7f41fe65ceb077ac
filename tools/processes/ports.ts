import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ranges from which Linux (32768) and macOS (49152) take ports for outgoing connections,
 * so that a port stays free while its server is down.
 */
const lowest = 20_000;
const highest = 32_000;

/** Finds that many different free ports on loopback. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

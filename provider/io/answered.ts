import type { ClientRequest, IncomingMessage } from "node:http";
import { printSize } from "../core/oci/limits";

/** A body that is larger than any that is asked for. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

/**
 * Sends a request and waits for its answer, whichever way the connection ends.
 *
 * Node tells a switch of protocols (101) by an event of its own, and drops the connection where nobody listens: neither an answer nor
 * an error would come. Nothing here asks for another protocol, so it is an answer without a body, which the caller refuses by its status.
 * https://nodejs.org/docs/latest-v20.x/api/http.html#event-upgrade
 *
 * @throws Error what Node tells of a broken connection; ECONNRESET where it says nothing
 */
export async function answered(
  request: ClientRequest,
  body?: Uint8Array,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("upgrade", (response, socket) => {
      response.push(null);
      socket.destroy();
      resolve(response);
    });
    request.on("error", reject);
    // It comes last, also after an answer, when it changes nothing.
    request.once("close", () => {
      const silent = new Error("the connection was closed without an answer");
      reject(Object.assign(silent, { code: "ECONNRESET" }));
    });
    request.end(body);
  });
}

/**
 * The body of an answer.
 *
 * @param limit the largest one that is read, in bytes
 * @throws TooLarge; else what Node throws
 */
export async function bodyOf(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > limit) throw new TooLarge(`is larger than ${printSize(limit)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

import type { ClientRequest, IncomingMessage } from "node:http";

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

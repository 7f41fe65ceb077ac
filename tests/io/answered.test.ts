import assert from "node:assert/strict";
import { request } from "node:http";
import type { Socket } from "node:net";
import { answered } from "../../provider/io/answered";
import { startRawServer, SWITCHED } from "../support/raw-server";

describe("an answer to a request", function () {
  this.timeout(10_000);
  const ask = async (answer: (socket: Socket) => void) => {
    const server = await startRawServer(answer);
    try {
      const response = await answered(request(`http://${server.address}/`));
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
    } finally {
      await server.stop();
    }
  };

  it("is read to its end", async () => {
    const answer = (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assert.deepEqual(await ask(answer), { status: 200, text: "ok" });
  });

  it("has no body where the server switches protocols", async () => {
    const nothing = { status: 101, text: "" };
    assert.deepEqual(await ask((socket) => socket.write(SWITCHED)), nothing);
    assert.deepEqual(await ask((socket) => socket.write(`${SWITCHED}more`)), nothing);
    assert.deepEqual(await ask((socket) => socket.end(SWITCHED)), nothing);
  });

  const broken: readonly (readonly [what: string, answer: (socket: Socket) => void])[] = [
    ["closes at once", (socket) => socket.destroy()],
    ["ends without an answer", (socket) => socket.end()],
    ["ends within its head", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-")],
    ["does not speak HTTP", (socket) => socket.end("220 mail.example.com ESMTP\r\n")],
    [
      "ends within its body",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
    ],
    ["informs, and closes", (socket) => socket.end("HTTP/1.1 103 Early Hints\r\n\r\n")],
  ];
  for (const [what, answer] of broken) {
    it(`is an error where the server ${what}`, async () => {
      await assert.rejects(ask(answer));
    });
  }
});

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { Http } from "../../../provider/io/oci/http";
import { proxyFor } from "../../../provider/io/oci/proxy";
import { makeKeyPair, type KeyPair } from "../../support/registries/certificate";
import { serve, type TestServer } from "../../support/registries/server";

describe("the proxy", () => {
  const isUsed = (url: string, noProxy: string) =>
    proxyFor(new URL(url), { httpsProxy: "http://proxy:3128", noProxy }) !== undefined;
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["https://ghcr.io/", "", true],
    ["https://ghcr.io/", "*", false],
    ["https://ghcr.io/", "ghcr.io", false],
    ["https://ghcr.io/", "other, GHCR.io", false],
    ["https://ghcr.io/", ".io", false],
    ["https://pkg.ghcr.io/", "ghcr.io", false],
    ["https://pkg.ghcr.io/", "*.ghcr.io", false],
    ["https://notghcr.io/", "ghcr.io", true],
    ["https://ghcr.io/", "ghcr.io:443", false],
    ["https://ghcr.io/", "ghcr.io:8443", true],
    ["https://10.1.2.3/", "10.0.0.0/8", false],
    ["https://11.1.2.3/", "10.0.0.0/8", true],
    ["https://10.1.2.3/", "10.1.2.3", false],
    ["https://[fd00::1]/", "fd00::/8", false],
    ["https://[fd00::1]/", "fd00::1", false],
    ["https://10.1.2.3/", "10.0.0.0/99", true],
    ["https://ghcr.io/", "10.0.0.0/8", true],
    ["https://127.0.0.1/", "", false],
    ["http://localhost/", "", false],
  ];
  for (const [url, noProxy, used] of cases) {
    it(`is ${used ? "" : "not "}used for ${url} with NO_PROXY=${noProxy}`, () => {
      assert.equal(isUsed(url, noProxy), used);
    });
  }

  it("may be written without scheme, and need not be there", () => {
    const url = new URL("https://ghcr.io/");
    assert.equal(proxyFor(url, { httpsProxy: "proxy:3128" })?.href, "http://proxy:3128/");
    assert.equal(proxyFor(url, {}), undefined);
  });
});

describe("a request through a proxy", () => {
  let pair: KeyPair;
  let server: TestServer;
  let proxy: Server;
  const asked: { target: string | undefined; login: string | undefined }[] = [];
  let refusal = 0;

  before(async function () {
    pair = makeKeyPair(this);
    server = await serve((_seen, response) => response.end("hello"), pair);
    proxy = createServer().on("connect", (request, socket) => {
      asked.push({ target: request.url, login: request.headers["proxy-authorization"] });
      if (refusal !== 0) {
        socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
        return;
      }
      // Whatever the name is, it is the test's own server.
      const upstream = connect(Number(server.address.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on("error", () => upstream.destroy());
      upstream.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await (server as TestServer | undefined)?.stop();
    const started = proxy as Server | undefined;
    started?.close();
    started?.closeAllConnections();
  });

  const send = async (url: string, caCertificate?: string) => {
    const { port } = proxy.address() as AddressInfo;
    const surroundings = { httpsProxy: `http://me:se%40cret@127.0.0.1:${port}` };
    const http = new Http({
      surroundings,
      ...(caCertificate === undefined ? {} : { caCertificate }),
    });
    const request = { method: "GET", url: new URL(url), headers: {}, limit: 10 } as const;
    return await http.send(request, AbortSignal.timeout(5000));
  };

  it("goes through a tunnel, with the proxy's login, and checks the certificate of the target", async () => {
    const { status, body } = await send("https://registry.test/x", pair.cert);
    assert.deepEqual([status, body.toString()], [200, "hello"]);
    assert.deepEqual(asked.at(-1), {
      target: "registry.test:443",
      login: `Basic ${Buffer.from("me:se@cret").toString("base64")}`,
    });
    assert.equal(server.seen.length, 1);
    const untrusted = send("https://registry.test/x");
    await assert.rejects(untrusted, { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const other = send("https://other.test:8443/x", pair.cert);
    await assert.rejects(other, { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    assert.equal(asked.at(-1)?.target, "other.test:8443");
    assert.equal(server.seen.length, 1);
  });

  it("tells what a proxy refuses, without its login", async () => {
    for (const [status, message] of [
      [407, /^the proxy 127\.0\.0\.1:\d+ refused with HTTP 407 \(HTTPS_PROXY\); it wants name/],
      [403, /refused with HTTP 403/],
    ] as const) {
      refusal = status;
      await assert.rejects(send("https://registry.test/x"), { message });
    }
    refusal = 0;
  });
});

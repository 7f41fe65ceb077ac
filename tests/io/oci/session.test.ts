import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { RegistryAccess } from "../../../provider/io/oci/access";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import { artifactOf, smallRelease } from "../../support/registries/artifact";
import { tarGzip } from "../../support/registries/archive";
import { startHostileRegistry } from "../../support/registries/hostile";
import { serve, type Seen, type TestServer } from "../../support/registries/server";

const ARTIFACT = artifactOf(tarGzip(smallRelease("v2.9.9")));
const CREDENTIALS = { username: "me", password: "hunter2" };
const BASIC = `Basic ${Buffer.from("me:hunter2").toString("base64")}`;

describe("credentials", () => {
  const servers: TestServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
  const keep = (server: TestServer) => {
    servers.push(server);
    return server;
  };
  const clientOf = ({ address }: TestServer) =>
    new RegistryClient(
      { registry: address, repository: "a/b" },
      { surroundings: {}, credentials: CREDENTIALS },
    );
  const challenge = (response: ServerResponse, header: string) => {
    response.writeHead(401, { "www-authenticate": header }).end();
    return true;
  };
  /** A registry that wants a login, and then sends its blobs elsewhere. */
  const redirecting = async (location: (seen: Seen) => string) =>
    keep(
      await startHostileRegistry(
        () => ARTIFACT,
        (seen, response) => {
          if (seen.authorization !== BASIC) return challenge(response, 'Basic realm="x"');
          if (!seen.path.startsWith("/v2/a/b/blobs/")) return false;
          response.writeHead(307, { location: location(seen) }).end();
          return true;
        },
      ),
    );

  it("are shown only when asked for, and then from the first request on", async () => {
    const registry = await redirecting(() => "/moved/blobs/x");
    const client = clientOf(registry);
    await client.manifest("v1");
    await client.manifest("v1");
    assert.deepEqual(
      registry.seen.map(({ authorization }) => authorization),
      [undefined, BASIC, BASIC],
    );
  });

  it("follow a redirect within the registry, and none to another origin", async () => {
    const storage = keep(await startHostileRegistry(() => ARTIFACT));
    const elsewhere = await redirecting(({ path }) => `http://${storage.address}${path}`);
    await clientOf(elsewhere).blob({ digest: ARTIFACT.layer });
    assert.deepEqual(
      storage.seen.map(({ authorization }) => authorization),
      [undefined],
    );

    const within = await redirecting(({ path }) => path.replace("/v2/a/b", "/v2/moved"));
    await clientOf(within).blob({ digest: ARTIFACT.layer });
    assert.equal(within.seen.at(-1)?.path, `/v2/moved/blobs/${ARTIFACT.layer}`);
    assert.equal(within.seen.at(-1)?.authorization, BASIC);
  });

  it("are not shown to another origin that asks for them", async () => {
    const thief = keep(
      await serve((_seen, response) => void challenge(response, 'Basic realm="x"')),
    );
    const registry = await redirecting(() => `http://${thief.address}/x`);
    await assert.rejects(clientOf(registry).blob({ digest: ARTIFACT.layer }), {
      code: "unauthorized",
      message: new RegExp(`: ${thief.address} answered HTTP 401`),
    });
    assert.deepEqual(
      thief.seen.map(({ authorization }) => authorization),
      [undefined],
    );
  });

  it("are not sent to a token server elsewhere", async () => {
    const realm = 'Bearer realm="https://evil.example/token",service="s"';
    const registry = keep(await serve((_seen, response) => void challenge(response, realm)));
    await assert.rejects(clientOf(registry).manifest("v1"), (error: Error & { code: string }) => {
      assert.equal(error.code, "unsafe-realm");
      assert.match(
        error.message,
        /token server https:\/\/evil\.example, which is not its own; the cre/,
      );
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it("that are wrong are tried once, and not told", async () => {
    const registry = keep(await serve((_seen, response) => void challenge(response, "Basic")));
    await assert.rejects(clientOf(registry).manifest("v1"), (error: Error & { status: number }) => {
      assert.equal(error.status, 401);
      assert.match(error.message, /it was shown the credentials that were passed in/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
    assert.equal(registry.seen.length, 2);
  });

  it("get a new token when the old one has expired", async () => {
    let tokens = 0;
    let expired = false;
    const registry = keep(
      await startHostileRegistry(
        () => ARTIFACT,
        ({ path, authorization }, response) => {
          const realm = `Bearer realm="http://${registry.address}/token",service="s"`;
          if (path.startsWith("/token")) {
            tokens += 1;
            response.end(JSON.stringify({ access_token: `t${tokens}` }));
            return true;
          }
          const valid = authorization === `Bearer t${expired ? 2 : 1}`;
          return valid ? false : challenge(response, realm);
        },
      ),
    );
    const client = clientOf(registry);
    await client.manifest("v1");
    await client.manifest("v1");
    assert.equal(tokens, 1);
    expired = true;
    await client.manifest("v1");
    assert.equal(tokens, 2);
    const [asked] = registry.seen.filter(({ path }) => path.startsWith("/token"));
    assert.equal(asked?.path, "/token?service=s&scope=repository%3Aa%2Fb%3Apull");
    assert.equal(asked.authorization, BASIC);
  });

  for (const answer of ["", "{}", '{"token":"a\\r\\nb"}', '{"token":1}']) {
    it(`need a token that can be used, not ${JSON.stringify(answer)}`, async () => {
      const registry = keep(
        await serve(({ path }, response) => {
          const realm = `Bearer realm="http://${registry.address}/token"`;
          if (path.startsWith("/token")) response.end(answer);
          else challenge(response, realm);
        }),
      );
      await assert.rejects(clientOf(registry).manifest("v1"), {
        code: "refused",
        message: /answered without a token/,
      });
    });
  }
});

describe("a registry without TLS", () => {
  // Not a name of this machine for the client, and yet this machine for the system.
  const elsewhere = (server: TestServer) => server.address.replace("127.0.0.1", "0.0.0.0");
  let server: TestServer;
  beforeEach(async () => {
    server = await startHostileRegistry(() => ARTIFACT);
  });
  afterEach(() => server.stop());
  const resolve = (access: Partial<RegistryAccess>) =>
    new RegistryClient(
      { registry: elsewhere(server), repository: "a/b" },
      { surroundings: {}, ...access },
    ).resolve("v1");

  it("is spoken to when that is asked for", async () => {
    assert.equal(await resolve({ insecure: true }), ARTIFACT.digest);
  });

  it("gets no request otherwise", async () => {
    await assert.rejects(resolve({ credentials: CREDENTIALS }), {
      code: "unreachable",
      message: /; check that its port speaks HTTPS; distribution\.insecure is for/,
    });
    assert.deepEqual(server.seen, []);
  });
});

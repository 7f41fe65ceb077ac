import assert from "node:assert/strict";
import type { RegistryAccess } from "../../../provider/io/oci/access";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import type { Registry } from "../../../tools/registry";
import { tarGzip } from "../../support/registries/archive";
import { artifactOf, push, smallRelease } from "../../support/registries/artifact";
import { makeKeyPair } from "../../support/registries/certificate";
import { startRegistryWithLogin, USER } from "../../support/registries/registry-with-login";
import type { TestServer } from "../../support/registries/server";
import { REFRESH_TOKEN, startTokenServer } from "../../support/registries/token-server";
import { requireTools } from "../../tools/require-tools";

const ARTIFACT = artifactOf(tarGzip(smallRelease("v2.9.9")));
const LOGIN = Buffer.from(`${USER.username}:${USER.password}`).toString("base64");

const clientOf = ({ address }: Registry, repository: string, access: Partial<RegistryAccess>) =>
  new RegistryClient({ registry: address, repository }, { surroundings: {}, ...access });
const secretOf = ({ address }: Registry, entry: object) => ({
  pullSecret: () => Promise.resolve({ content: JSON.stringify({ auths: { [address]: entry } }) }),
});

describe("a registry that wants name and password", function () {
  this.timeout(60_000);
  let registry: Registry;
  const running: { stop(): Promise<void> }[] = [];
  before(async function () {
    const { registry: program } = await requireTools(this, ["registry"]);
    registry = await startRegistryWithLogin(program, "htpasswd");
    running.push(registry);
    await push(clientOf(registry, "a/b", { credentials: USER }), ARTIFACT, "v1");
  });
  after(() => Promise.all(running.map((one) => one.stop())));

  it("gets them, also where the password has a colon", async () => {
    for (const access of [{ credentials: USER }, secretOf(registry, { auth: LOGIN })]) {
      const client = clientOf(registry, "a/b", access);
      assert.equal((await client.manifest("v1")).digest, ARTIFACT.digest);
    }
  });

  it("refuses others, and the error says what was shown", async () => {
    await assert.rejects(clientOf(registry, "a/b", {}).manifest("v1"), {
      code: "unauthorized",
      status: 401,
      message: /shown no credentials; log in with `docker login`/,
    });
    const wrong = secretOf(registry, { username: "flux", password: "wrong" });
    await assert.rejects(clientOf(registry, "a/b", wrong).manifest("v1"), {
      code: "unauthorized",
      message: /shown the pull secret; log in/,
    });
  });
});

describe("a registry with a token server", function () {
  this.timeout(60_000);
  let registry: Registry;
  const running: { stop(): Promise<void> }[] = [];
  let tokens: TestServer;
  before(async function () {
    const { registry: program } = await requireTools(this, ["registry"]);
    const pair = makeKeyPair(this);
    const service = "registry of the tests";
    tokens = await startTokenServer(pair, service);
    running.push(tokens);
    const realm = `http://${tokens.address}/token`;
    registry = await startRegistryWithLogin(program, { realm, service, certificate: pair.cert });
    running.push(registry);
    for (const repository of ["public/a", "private/a"]) {
      await push(clientOf(registry, repository, { credentials: USER }), ARTIFACT, "v1");
    }
  });
  after(() => Promise.all(running.map((one) => one.stop())));

  const digestOf = async (repository: string, access: Partial<RegistryAccess>) =>
    (await clientOf(registry, repository, access).manifest("v1")).digest;

  it("gives a token to the anonymous for what is public", async () => {
    assert.equal(await digestOf("public/a", {}), ARTIFACT.digest);
    await assert.rejects(digestOf("private/a", {}), {
      code: "unauthorized",
      message: /HTTP 401 \(DENIED\) to GET \/token; it was shown no credentials/,
    });
  });

  it("gives one for name and password, and for a refresh token", async () => {
    assert.equal(await digestOf("private/a", { credentials: USER }), ARTIFACT.digest);
    const refresh = secretOf(registry, { auth: LOGIN, identitytoken: REFRESH_TOKEN });
    assert.equal(await digestOf("private/a", refresh), ARTIFACT.digest);
    assert.equal(tokens.seen.at(-1)?.method, "POST");
    const wrong = secretOf(registry, { identitytoken: "hunter2" });
    await assert.rejects(digestOf("private/a", wrong), { code: "unauthorized" });
  });

  it("asks for one token for many requests", async () => {
    const client = clientOf(registry, "public/a", {});
    const before = tokens.seen.length;
    await client.manifest("v1");
    await client.blob({ digest: ARTIFACT.layer });
    await client.resolve("v1");
    assert.equal(tokens.seen.length, before + 1);
  });
});

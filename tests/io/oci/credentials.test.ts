import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseReference } from "../../../provider/core/oci/reference";
import { findCredential } from "../../../provider/io/oci/credentials";

const PLACE = parseReference("oci://ghcr.io/a/b");
const signal = new AbortController().signal;

describe("a credential", () => {
  let folder = "";
  let dockerConfig = "";
  const path = process.env["PATH"];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "flux-instance-credentials-"));
    dockerConfig = join(folder, "config.json");
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  const auths = (login: string) => ({
    auths: { "ghcr.io": { auth: Buffer.from(login).toString("base64") } },
  });
  const secretOf = (content: string) => () => Promise.resolve({ content });
  const write = (config: object) => writeFileSync(dockerConfig, JSON.stringify(config));
  const find = (place = PLACE) => findCredential(place, { surroundings: { dockerConfig } }, signal);
  const program = (name: string, script: string) => {
    const file = join(folder, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };

  it("comes from what was passed in, then from the pull secret, then from Docker", async () => {
    write(auths("docker:1"));
    const surroundings = { dockerConfig };
    const pullSecret = secretOf(JSON.stringify(auths("secret:2")));
    const credentials = { username: "given", password: "3" };
    const all = await findCredential(PLACE, { surroundings, pullSecret, credentials }, signal);
    assert.deepEqual(all.credential, { kind: "basic", ...credentials });
    assert.match(all.source, /that were passed in/);
    const second = await findCredential(PLACE, { surroundings, pullSecret }, signal);
    assert.deepEqual(second.credential, { kind: "basic", username: "secret", password: "2" });
    const third = await findCredential(PLACE, { surroundings }, signal);
    assert.deepEqual(third.credential, { kind: "basic", username: "docker", password: "1" });
    assert.equal(third.source, dockerConfig);
  });

  it("comes from Docker where the pull secret can't be read, and else both are told", async () => {
    const pullSecret = () => Promise.resolve({ missing: "the Secret a/b does not exist" });
    const access = { surroundings: { dockerConfig }, pullSecret };
    assert.deepEqual(await findCredential(PLACE, access, signal), {
      source: "no credentials, and the Secret a/b does not exist",
    });
    write(auths("docker:1"));
    assert.equal((await findCredential(PLACE, access, signal)).source, dockerConfig);
  });

  it("is not looked for in Docker's configuration where a pull secret has none", async () => {
    write(auths("docker:1"));
    const found = await findCredential(
      PLACE,
      { surroundings: { dockerConfig }, pullSecret: secretOf("{}") },
      signal,
    );
    assert.deepEqual(found, {
      source: "no credentials, as the pull secret has none for ghcr.io",
    });
  });

  it("need not be there", async () => {
    assert.deepEqual(await find(), { source: "no credentials" });
    write({});
    assert.match((await find()).source, /config\.json has none for ghcr\.io/);
  });

  it("comes from the program of the registry, which is told its name", async () => {
    write({ credHelpers: { "ghcr.io": "one", "docker.io": "one" }, credsStore: "missing" });
    program("one", `read server; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"$1 $server\\"}"`);
    const { credential, source } = await find();
    assert.deepEqual(credential, { kind: "basic", username: "me", password: "get ghcr.io" });
    assert.match(source, /^docker-credential-one, which .*config\.json names/);
    const hub = await find(parseReference("oci://org/x"));
    const password = "get https://index.docker.io/v1/";
    assert.deepEqual(hub.credential, { kind: "basic", username: "me", password });
  });

  it("comes from the program for all, and from the file where that has none", async () => {
    write({ ...auths("file:1"), credsStore: "all" });
    program("all", `echo '{"Username":"<token>","Secret":"t"}'`);
    assert.deepEqual((await find()).credential, { kind: "refresh", token: "t" });
    program("all", "echo credentials not found in native keychain; exit 1");
    const found = await find();
    assert.deepEqual(found.credential, { kind: "basic", username: "file", password: "1" });
  });

  const failures: readonly (readonly [string, object, string, RegExp])[] = [
    ["is missing", { credsStore: "missing" }, "", /docker-credential-missing is not on the PATH/],
    ["fails", { credsStore: "bad" }, "echo hunter2; exit 3", /docker-credential-bad failed \(3\)/],
    ["prints no JSON", { credsStore: "bad" }, "echo hunter2", /docker-credential-bad: is no JSON/],
    ["is a path", { credsStore: "../../bad" }, "", /is no name of a program/],
  ];
  for (const [title, config, script, message] of failures) {
    it(`is an error where its program ${title}`, async () => {
      write(config);
      program("bad", script);
      await assert.rejects(find(), (error: Error & { code: string }) => {
        assert.equal(error.code, "invalid-credentials");
        assert.match(error.message, message);
        assert.doesNotMatch(`${error.stack ?? ""}${String(error.cause)}`, /hunter2/);
        return true;
      });
    });
  }

  it("is an error where Docker's configuration is broken", async () => {
    writeFileSync(dockerConfig, "hunter2");
    await assert.rejects(find(), {
      code: "invalid-credentials",
      message: /config\.json: is no JSON/,
    });
  });
});

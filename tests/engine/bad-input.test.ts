import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi";
import type { Project } from "../support/engine";
import { instance, operate, resourcesOf } from "../support/operation";
import { requireProject } from "../support/project";

const SECRET = "a-secret-among-wrong-values";

/** What the error says: each property path with the remedy. */
const PROBLEMS = [
  /components\[1\].*expected one of source-controller, .*flagger/,
  /sharding\.storage.*set storage\.class and storage\.size/,
  /sync\.provider.*"gcp" is only for OCIRepository and Bucket/,
  /sync\.pullSecret: expected a string/,
  /cluster\.size.*expected one of small, medium, large/,
];

describe("bad input", function () {
  this.timeout(10 * 60_000);
  let project: Project | undefined;

  before(async function () {
    project = await requireProject(this);
  });

  after(() => project?.remove());

  async function errorOf(name: string, args: object): Promise<string> {
    const program = instance(() => ({ ...args }));
    assert.ok(project !== undefined);
    const stack = await project.stack(name, program);
    for (const command of ["preview", "up"] as const) {
      const failed = await operate(stack, command, program);
      assert.ok(failed.failed, command);
      assert.ok(!JSON.stringify([failed.text, failed.recorder.events]).includes(SECRET));
      if (command === "preview") continue;
      const registered = (await resourcesOf(stack)).map(({ type }) => type);
      const ours = registered.filter((type) => !type.startsWith("pulumi:"));
      assert.deepEqual(ours, []);
      return failed.recorder.messages("error").join("\n");
    }
    return "";
  }

  it("is told all at once, and nothing is registered", async () => {
    const error = await errorOf("many", {
      distribution: { version: "2.9.x" },
      components: ["source-controller", "flagger"],
      cluster: { size: "huge" },
      sharding: { shards: ["one"], storage: "persistent" },
      commonMetadata: { annotations: { note: secret(SECRET) } },
      sync: {
        kind: "GitRepository",
        url: secret(`https://user:${SECRET}@github.com/example/fleet.git`),
        ref: "refs/heads/main",
        path: "./",
        provider: "gcp",
        pullSecret: secret({ not: SECRET }),
      },
    });
    for (const problem of PROBLEMS) assert.match(error, problem);
  });

  it("names the versions there are when a range matches none", async () => {
    const error = await errorOf("range", { distribution: { version: "4.x" } });
    assert.match(error, /distribution\.version.*no Flux version matches "4\.x"/);
    assert.match(error, /available: v2\.9\.\d+/);
    assert.match(error, /distribution\.artifact/);
  });

  it("tells a range that matches none with the other problems", async () => {
    const error = await errorOf("both", {
      distribution: { version: "4.x" },
      cluster: { size: "huge" },
    });
    assert.match(error, /distribution\.version.*no Flux version matches/);
    assert.match(error, /cluster\.size/);
  });

  it("about who must have signed names the property, and prints no key that is secret", async () => {
    const artifact = `oci://127.0.0.1:1/a/b@sha256:${"0".repeat(64)}`;
    const distribution = { version: "2.9.x", artifact };
    const verify = { publicKey: secret(SECRET) };
    const key = await errorOf("key", { distribution: { ...distribution, verify } });
    assert.match(key, /distribution\.verify: .*distribution\.verify\.publicKey is no public key/);
    const root = { issuer: "https://issuer.example", identity: "me", trustedRoot: secret(SECRET) };
    const noRoot = await errorOf("root", { distribution: { ...distribution, verify: root } });
    assert.match(noRoot, /distribution\.verify\.trustedRoot: is no JSON object/);
    const identity = { issuer: "https://issuer.example", identity: secret(`(${SECRET}`) };
    const pattern = await errorOf("pattern", {
      distribution: { ...distribution, verify: identity },
    });
    assert.match(
      pattern,
      /distribution\.verify\.identity is no regular expression.*missing closing/,
    );
    const embedded = await errorOf("embedded", { distribution: { version: "2.9.x", verify } });
    assert.match(embedded, /distribution\.verify: needs an artifact in a registry/);
  });

  it("prints no value that would bury the message", async () => {
    const trustedRoot = JSON.stringify({ mediaType: "y".repeat(10_000) });
    const verify = { issuer: "https://issuer.example", identity: "me", trustedRoot };
    const artifact = `oci://127.0.0.1:1/a/b@sha256:${"0".repeat(64)}`;
    const error = await errorOf("long", { distribution: { version: "2.9.x", artifact, verify } });
    assert.match(
      error,
      /distribution\.verify: .*distribution\.verify\.trustedRoot is no trusted root/,
    );
    assert.doesNotMatch(error, /yyy/);
  });
});

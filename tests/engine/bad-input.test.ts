import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi";
import { createProject, type Project } from "../support/engine";
import { instance, operate, resourcesOf } from "../support/operation";

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

  before(async () => {
    project = await createProject();
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
});

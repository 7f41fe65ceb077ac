import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cli } from "./in-process";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease } from "../support/registries/artifact";
import { startHostileRegistry } from "../support/registries/hostile";

const NAMES = ["v2.9.9", "v2.10.0", "v2.9.10", "v2.10.0-rc.1", "other"];

describe("flux-instance versions", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "flux-instance-versions-"));
    for (const name of NAMES) mkdirSync(join(folder, "flux", name), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("prints the embedded versions, newest first", async () => {
    const { code, stdout, stderr } = await cli(["versions"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^(?:v2\.\d+\.\d+\n){2,}$/);
    assert.equal((await cli(["versions", "--distribution", "embedded"])).stdout, stdout);
  });

  it("prints those of a folder, newest first, and of them those of a range", async () => {
    const all = "v2.10.0\nv2.10.0-rc.1\nv2.9.10\nv2.9.9\n";
    for (const source of [folder, pathToFileURL(folder).href]) {
      assert.equal((await cli(["versions", "--distribution", source])).stdout, all);
    }
    const within = (range: string) => cli(["versions", "--distribution", folder, "--range", range]);
    assert.equal((await within("2.9.x")).stdout, "v2.9.10\nv2.9.9\n");
    assert.equal((await within("2.x")).stdout, "v2.10.0\nv2.9.10\nv2.9.9\n");
    const none = await within("3.x");
    assert.deepEqual({ code: none.code, stdout: none.stdout }, { code: 1, stdout: "" });
    assert.match(none.stderr, /^--range: no Flux version matches "3\.x"; available: v2\.10\.0/);
    assert.match((await within("x y z")).stderr, /^--range: "x y z" is not a version constraint/);
  });

  it("prints those of an artifact in a registry", async () => {
    const artifact = artifactOf(tarGzip([...smallRelease("v2.9.8"), ...smallRelease("v2.9.9")]));
    const server = await startHostileRegistry(() => artifact);
    try {
      const source = ["versions", "--distribution", `oci://${server.address}/a/b:v1`];
      assert.equal((await cli(source)).stdout, "v2.9.9\nv2.9.8\n");
    } finally {
      await server.stop();
    }
    const gone = await cli(["versions", "--distribution", `oci://${server.address}/a/b:v1`]);
    assert.deepEqual({ code: gone.code, stdout: gone.stdout }, { code: 1, stdout: "" });
    assert.match(gone.stderr, /^--distribution: 127\.0\.0\.1:\d+\/a\/b:v1: the registry can't be/);
  });

  it("ends with 1 where there are none, and with 2 for usage", async () => {
    const empty = await cli(["versions", "--distribution", join(folder, "flux")]);
    assert.equal(empty.code, 1);
    assert.match(empty.stderr, /^--distribution: no Flux release in the releases in /);
    mkdirSync(join(folder, "nothing", "flux", "other"), { recursive: true });
    const other = await cli(["versions", "--distribution", join(folder, "nothing")]);
    assert.equal(other.code, 1);
    assert.equal((await cli(["versions", "--distribution", "http://x"])).code, 2);
    assert.equal((await cli(["versions", "extra"])).code, 2);
    assert.match((await cli(["versions", "--help"])).stdout, /^Usage:\n {2}flux-instance versions/);
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryClient } from "../../provider/io/oci/registry-client";
import { cli } from "./in-process";
import { startMemoryRegistry, type MemoryRegistry } from "../support/registries/memory-registry";
import { pushSigned, signedArtifact } from "../support/registries/signed-artifact";

const ARTIFACT = signedArtifact();

describe("flux-instance mirror", function () {
  this.timeout(20_000);
  let [from, to]: readonly MemoryRegistry[] = [];
  let folder = "";
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "flux-instance-mirror-"));
    [from, to] = [await startMemoryRegistry(), await startMemoryRegistry({ referrers: true })];
    const place = { registry: from.address, repository: "a/b" };
    await pushSigned(new RegistryClient(place, { surroundings: {} }), ARTIFACT, "v1");
  });
  afterEach(async () => {
    await Promise.all([from?.stop(), to?.stop()]);
    rmSync(folder, { recursive: true });
  });
  const source = (tag = "v1") => `oci://${from?.address ?? ""}/a/b:${tag}`;
  const target = () => `oci://${to?.address ?? ""}/c`;

  it("prints what was copied, and last what to pin", async () => {
    const first = await cli(["mirror", source(), target()]);
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    const lines = first.stdout.trimEnd().split("\n");
    assert.equal(lines.at(-1), `${target()}:v1@${ARTIFACT.digest}`);
    assert.match(
      first.stdout,
      new RegExp(`^copied ${ARTIFACT.digest} \\(artifact, \\d+ bytes\\)$`, "m"),
    );
    assert.match(first.stdout, new RegExp(`\\(sig of ${ARTIFACT.digest}, `));
    assert.match(first.stdout, /^copied v1 \(tag\)$/m);
    const second = await cli(["mirror", source(), target()]);
    assert.ok(
      second.stdout
        .split("\n")
        .slice(0, -2)
        .every((line) => line.startsWith("there  ")),
    );
    assert.equal(second.stdout.trimEnd().split("\n").at(-1), lines.at(-1));
  });

  it("takes a folder, by its path", async () => {
    const layout = join(folder, "layout");
    assert.equal((await cli(["mirror", source(), layout])).code, 0);
    assert.equal((await cli(["mirror", layout, target()])).code, 0);
    assert.ok(to?.manifests.has(ARTIFACT.digest));
  });

  it("ends with 1 and an empty standard output where it fails", async () => {
    const { code, stdout, stderr } = await cli(["mirror", source("none"), target()]);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^127\.0\.0\.1:\d+\/a\/b:none: there is no such artifact; check the repo/);
    assert.equal((await cli(["mirror", "oci://A B", target()])).code, 1);
  });

  const usages: readonly (readonly [readonly string[], string])[] = [
    [["mirror"], "SOURCE is missing"],
    [["mirror", "oci://a.b/c"], "DESTINATION is missing"],
    [["mirror", "oci://a.b/c", "oci://a.b/d", "x"], '"x" is one argument too many'],
    [["mirror", "ghcr.io/a/b", "oci://a.b/d"], 'SOURCE must be "oci://registry/repository:tag"'],
    [["mirror", "oci://a.b/c", "http://a.b/d"], "DESTINATION must be"],
    [["mirror", "oci://a.b/c", "file://host/d"], "DESTINATION must be an absolute file URL"],
    [["mirror", "--fast", "oci://a.b/c", "./d"], "Unknown option '--fast'"],
  ];
  for (const [args, message] of usages) {
    it(`ends with 2 for ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await cli(args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.ok(stderr.startsWith(message), stderr);
    });
  }

  it("prints its usage", async () => {
    assert.match(
      (await cli(["mirror", "--help"])).stdout,
      /flux-instance mirror SOURCE DESTINATION/,
    );
  });
});

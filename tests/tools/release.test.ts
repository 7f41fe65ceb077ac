import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { output, useParts } from "../support/release";

describe("a release", function () {
  this.timeout(60_000);
  const { folder, out, files } = useParts("plugin", "go", "sbom");

  it("has a checksum of every file", () => {
    const lines = readFileSync(join(out, "SHA256SUMS"), "utf8").trim().split("\n");
    const summed = lines.map((line) => line.split("  ") as [string, string]);
    for (const [digest, file] of summed) {
      const bytes = readFileSync(join(out, file));
      assert.equal(createHash("sha256").update(bytes).digest("hex"), digest, file);
    }
    const entries = readdirSync(out, { recursive: true, withFileTypes: true });
    assert.equal(summed.length + 1, entries.filter((entry) => entry.isFile()).length);
  });

  it("has a bill of materials with all packages that the plugin holds", async function () {
    const [spdx = ""] = files(this, "sbom");
    const { packages } = JSON.parse(readFileSync(spdx, "utf8")) as {
      readonly packages: readonly { readonly name: string; readonly versionInfo: string }[];
    };
    const listed = new Set(packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`));
    const [plugin = ""] = files(this, "plugin");
    const path = "dist/THIRD-PARTY-NOTICES.txt";
    await output(folder, {}, "tar", "-xzf", plugin, path);
    const notices = readFileSync(join(folder, path), "utf8");
    const held = [...notices.matchAll(/^-{80}\n(\S+ \d\S+): /gm)].map(([, name = ""]) => name);
    assert.ok(held.length > 20);
    assert.deepEqual(
      held.filter((name) => !listed.has(name)),
      [],
    );
  });
});

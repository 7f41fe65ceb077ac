import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMPONENTS } from "../../provider/core/spec/spec";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";
import { childName, childType } from "../../provider/resources/children";

const GOLDEN = join(__dirname, "child-names.txt");

const EVERYTHING = {
  distribution: { version: "2.9.x" },
  components: [...COMPONENTS],
  storage: { class: "standard", size: "10Gi" },
  sharding: { shards: ["shard1"], storage: "persistent" },
  sync: { kind: "OCIRepository", url: "oci://ghcr.io/org/fleet", ref: "latest", path: "./" },
};

describe("children", () => {
  it("have the types and names that users' transforms and aliases rely on", async () => {
    const prepared = await prepare(EVERYTHING, { files: new ParsedFiles(), strict: true });
    assert.ok(!("undecided" in prepared));
    const lines = prepared.rendered.objects.map(
      ({ manifest }) => `${childType(manifest)} ${childName("flux", manifest)}\n`,
    );
    assert.equal(new Set(lines).size, lines.length);
    if (process.env["GOLDEN"] === "write") writeFileSync(GOLDEN, lines.join(""));
    assert.equal(lines.join(""), readFileSync(GOLDEN, "utf8"));
  });
});

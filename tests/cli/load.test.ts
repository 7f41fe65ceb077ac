import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, manifest, MINIMAL } from "./in-process";

const RENDER = ["render", "-f", "-"];

/** What the program says of input it refuses. */
async function refusal(input: string | Uint8Array, args: readonly string[] = RENDER) {
  const { code, stdout, stderr } = await cli(args, input);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, stderr);
  return stderr;
}

const lines = (count: number, lineOf: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => lineOf(index)).join("\n");
const manyKeys = (count: number) => lines(count, (index) => `k${index}: v`);
const anchored = (count: number) => lines(count, (index) => `k${index}: &a${index} v`);

describe("loading a manifest", () => {
  const missing = join(tmpdir(), "flux-instance", "nowhere.yaml");
  const other = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n";

  it("finds the one FluxInstance among other documents", async () => {
    const input = `# text\n---\n${other}---\n${manifest(MINIMAL)}\n---\n`;
    assert.equal((await cli(RENDER, input)).code, 0);
  });

  const inputs: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["an empty file", "", "standard input: holds no FluxInstance; give one with"],
    ["other objects only", other, "standard input: holds no FluxInstance"],
    ["a text", "hello", "standard input: holds no FluxInstance"],
    ["two", `${manifest(MINIMAL)}\n---\n${manifest(MINIMAL)}`, "holds 2 FluxInstance manifests"],
    ["broken YAML", "a:\n  - b\n c: [", "standard input: is no YAML: line "],
    [
      "a key twice",
      "kind: a\nkind: b",
      "is no YAML: line 2, column 1: the key is there already in its map",
    ],
    ["bytes that are no text", Buffer.from([0xff, 0xfe]), "standard input: is no UTF-8 text"],
    ["depth", "[".repeat(20_000), "standard input: is nested too deeply"],
    ["depth of keys", "? ".repeat(20_000), "standard input: is nested too deeply"],
    [
      "an alias without anchor",
      "kind: *s3cr3t",
      "is no YAML: an alias has no anchor before it; put",
    ],
    ["many keys", manyKeys(5_001), "standard input: has a map or list of more than 5000 entries"],
    ["many anchors", anchored(1_001), "standard input: has more than 1000 anchors"],
    ["a huge text", `kind: "${"x".repeat(2_097_153)}"`, "has a text of more than 2 MiB"],
    ["too much", Buffer.alloc(17 * 1024 * 1024, " "), "standard input: is larger than 16 MiB"],
  ];
  for (const [name, input, message] of inputs) {
    it(`refuses ${name}`, async () => {
      assert.ok((await refusal(input)).includes(message), await refusal(input));
    });
  }

  it("refuses aliases that multiply", async () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const parts = level === 0 ? "x" : `*a${level - 1}, *a${level - 1}`;
      return `a${level}: &a${level} [${parts}]`;
    });
    assert.match(await refusal(levels.join("\n")), /is no YAML: .*alias/);
  });

  it("refuses a file that is not there, and a folder", async () => {
    const absent = await refusal("", ["render", "-f", missing]);
    assert.equal(absent, `${missing}: there is no such file\n`);
    assert.match(await refusal("", ["render", "-f", tmpdir()]), /is a folder; give a file/);
  });

  it("ends with a file that has no end", async function () {
    const endless = "/dev/zero";
    if (!existsSync(endless)) this.skip();
    const stderr = await refusal("", ["render", "-f", endless]);
    assert.equal(stderr, `${endless}: is larger than 16 MiB\n`);
  });

  it("names the option where that brought the folder without releases", async () => {
    const stderr = await refusal(manifest(MINIMAL), [...RENDER, "--distribution", "/nowhere"]);
    assert.match(stderr, /^--distribution: no Flux release in the releases in \/nowhere/);
  });

  it("tells problems of the manifest and of the args together", async () => {
    const input = manifest({ ...MINIMAL, migrateResources: 1, wait: 2 }, { name: "mine" });
    assert.deepEqual(
      (await refusal(input)).split("\n").map((line) => line.split(":")[0]),
      ["metadata.name", "spec.wait", "spec.migrateResources", ""],
    );
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifest, MINIMAL } from "./in-process";
import { VERBS } from "../../provider/cli/verbs";

const MAIN = join(__dirname, "..", "..", "provider", "cli", "main.ts");

describe("the verbs of flux-instance", function () {
  this.timeout(30_000);
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-verbs-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("have names of their own", () => {
    const names = VERBS.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  });

  /** Runs the program; the files it loaded, by their paths. */
  const loadedBy = async (args: readonly string[]): Promise<readonly string[]> => {
    const [hook, list] = [join(folder, "hook.cjs"), join(folder, "modules.json")];
    const write = `require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`;
    writeFileSync(hook, `process.on("exit", () => { ${write}; });`);
    const options = ["--import", "tsx", "-r", hook, MAIN, ...args];
    await new Promise((resolve) => execFile(process.execPath, options, resolve));
    return JSON.parse(readFileSync(list, "utf8")) as readonly string[];
  };

  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["images", ["-f", "flux.yaml"], "core/render/"],
    ["versions", [], "io/embedded"],
    ["mirror", ["./nowhere", "oci://registry.test/a"], "io/oci/mirror"],
  ];
  for (const [verb, args, needed] of cases) {
    it(`load no Pulumi SDK to ${verb}`, async () => {
      const file = join(folder, "flux.yaml");
      writeFileSync(file, manifest(MINIMAL));
      const loaded = await loadedBy([verb, ...args.map((arg) => arg.replace("flux.yaml", file))]);
      assert.ok(loaded.some((module) => module.includes(`/provider/${needed}`)));
      assert.deepEqual(
        loaded.filter((module) => /\/node_modules\/@?(?:pulumi|grpc)\//.test(module)),
        [],
      );
    });
  }
});

import assert from "node:assert/strict";
import { cli, manifest, MINIMAL } from "./in-process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("the command-line program", () => {
  for (const args of [["--help"], ["-h"]]) {
    it(`tells its verbs for ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await cli(args);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.match(stdout, /^ {2}render {4}Print/m);
      assert.match(stdout, /^ {2}convert {3}Print/m);
    });
  }

  for (const verb of ["render", "convert"]) {
    it(`tells the options of ${verb}`, async () => {
      const { code, stdout } = await cli([verb, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`flux-instance ${verb} -f FILE`));
    });
  }

  it("tells the usage where no verb is given", async () => {
    const { code, stdout, stderr } = await cli([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /flux-instance VERB/);
  });

  const usage: readonly (readonly [readonly string[], RegExp])[] = [
    [["destroy"], /^there is no verb "destroy"; known are render, convert,/],
    [["constructor"], /^there is no verb "constructor"/],
    [["render"], /^-f FILE is missing\nRun "flux-instance render --help"/],
    [["render", "-f"], /^Option '-f, --file <value>' argument missing\n/],
    [["render", "-f", "-", "--wait"], /^Unknown option '--wait'\n/],
    [["render", "-f", "-", "flux.yaml"], /^Unexpected argument 'flux\.yaml'/],
    [["render", "-f", "-", "-o", "xml"], /^--output must be one of yaml, json, got "xml"\n/],
    [["render", "-f", "-", "--distribution", "s3://a/b"], /^--distribution must be "embedded"/],
    [["convert", "-f", "-"], /^--to LANGUAGE is missing\n/],
    [["convert", "-f", "-", "--to", "rust"], /^--to must be one of typescript, python, go, yaml/],
  ];
  for (const [args, message] of usage) {
    it(`ends with 2 for: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await cli(args, manifest(MINIMAL));
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, message);
    });
  }

  it("tells every problem on a line of its own", async () => {
    const spec = { distribution: { version: "2.9.x\n\u001b[31m" }, components: ["a\nb"], x: 1 };
    const { code, stdout, stderr } = await cli(["render", "-f", "-"], manifest(spec));
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.deepEqual(
      stderr.split("\n").map((line) => line.slice(0, line.indexOf(":"))),
      ["spec.x", "spec.components[0]", "spec.distribution.version", ""],
    );
    assert.doesNotMatch(stderr, /[^\P{Cc}\n]/u);
  });

  it("tells what is wrong with a release", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flux-instance-release-"));
    mkdirSync(join(folder, "flux", "v2.9.4"), { recursive: true });
    writeFileSync(join(folder, "flux", "v2.9.4", "rbac.yaml"), "kind: ClusterRole\n");
    const args = ["render", "-f", "-", "--distribution", folder];
    const { code, stdout, stderr } = await cli(args, manifest(MINIMAL));
    rmSync(folder, { recursive: true });
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^\S.* of the distribution .*\n$/);
  });
});

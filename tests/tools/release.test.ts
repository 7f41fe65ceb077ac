import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { release, sourceIn } from "../../tools/release";
import type { Made } from "../../tools/release/part";
import { pluginName } from "../../tools/release/plugin";
import { coordinatesOf } from "../../tools/sdk/maven";
import { lastLines, run } from "../../tools/sources/command";
import { thisPlatform } from "../../tools/sources/platform";
import { pythonPackages } from "../support/languages/packages";
import { requireTools } from "./require-tools";

const ROOT = join(__dirname, "..", "..");
const source = sourceIn(ROOT);
const { version, names } = source;

/** Runs a command; its output. */
async function output(
  folder: string,
  env: Readonly<Record<string, string>>,
  ...[command = "", ...args]: readonly string[]
): Promise<string> {
  const ended = await run(command, args, { folder, env });
  assert.equal(ended.code, 0, lastLines(ended.output, 20));
  return ended.output;
}

/** The schema of the plugin that is installed in a home of Pulumi's. */
async function schemaOf(
  pulumi: string,
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly version: string }> {
  const get = `"${pulumi}" package get-schema flux-instance@${version} > schema.json`;
  await output(home, env, "/bin/sh", "-c", get);
  const schema = readFileSync(join(home, "schema.json"), "utf8");
  return JSON.parse(schema) as { readonly version: string };
}

describe("a release", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-release-test-"));
  const out = join(folder, "out");
  let parts: ReadonlyMap<string, Made> = new Map();

  before(async () => {
    parts = await release(source, out);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** An empty folder, and the files of a part; where the part can't be built here, the test is skipped. */
  function place(context: Mocha.Context, part: string): readonly [string, readonly string[]] {
    const made = parts.get(part);
    assert.ok(made !== undefined);
    if ("skipped" in made) {
      console.log(`      skipped: ${made.skipped}`);
      return context.skip();
    }
    const empty = join(folder, part);
    mkdirSync(empty);
    return [empty, made.files];
  }

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

  it("has a plugin that Pulumi installs from its tarball, and that serves without node_modules", async function () {
    const { pulumi } = await requireTools(this, ["pulumi"]);
    const [home, files] = place(this, "plugin");
    assert.equal(files.length, 6);
    const file = join(out, pluginName(version, thisPlatform()));
    const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const install = ["plugin", "install", "resource", "flux-instance", version, "--file", file];
    await output(folder, env, pulumi, ...install);
    const installed = join(home, "plugins", `resource-flux-instance-v${version}`);
    assert.ok(!readdirSync(installed).includes("node_modules"));
    assert.equal((await schemaOf(pulumi, home, env)).version, version);
    const cli = join(installed, "dist", "cli.js");
    assert.match(await output(home, {}, process.execPath, cli, "versions"), /v2\.9\.\d/);
  });

  it("has a plugin in one program that Pulumi installs and that needs no Node.js", async function () {
    const { pulumi } = await requireTools(this, ["pulumi"]);
    const [home, [file = ""]] = place(this, "executable");
    const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const install = ["plugin", "install", "resource", "flux-instance", version, "--file"];
    await output(folder, env, pulumi, ...install, join(out, file));
    const installed = join(home, "plugins", `resource-flux-instance-v${version}`);
    assert.ok(!readdirSync(installed).includes("dist"));
    const schema = await schemaOf(pulumi, home, { ...env, PATH: home });
    assert.equal(schema.version, version);
  });

  it("has an npm package that a type-checked program uses", async function () {
    const [empty, [file = ""]] = place(this, "nodejs");
    const modules = join(empty, "node_modules");
    const installed = join(modules, names.packages.npm);
    mkdirSync(installed, { recursive: true });
    await output(installed, {}, "tar", "-xzf", join(out, file), "--strip-components=1");
    for (const scope of ["@pulumi", "@types"]) {
      symlinkSync(join(ROOT, "node_modules", scope), join(modules, scope), "junction");
    }
    const use = `import { FluxInstance, types } from "${names.packages.npm}";
const size: types.enums.ClusterSize = "small";
export const made = (name: string) => new FluxInstance(name, { distribution: { version: "2.x" }, cluster: { size } });
console.log(typeof FluxInstance);\n`;
    writeFileSync(join(empty, "program.ts"), use);
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const options = ["--strict", "--skipLibCheck", "--module", "nodenext", "--types", "node"];
    await output(empty, {}, process.execPath, compiler, ...options, "program.ts");
    assert.equal((await output(empty, {}, process.execPath, "program.js")).trim(), "function");
  });

  it("has a wheel that pip installs and Python imports", async function () {
    const [empty, files] = place(this, "python");
    const wheel = files.find((file) => file.endsWith(".whl")) ?? "";
    assert.ok(files.some((file) => file.endsWith(".tar.gz")));
    const options = ["--no-deps", "--no-index", "--target", empty];
    await output(empty, {}, "python3", "-m", "pip", "install", "-q", ...options, join(out, wheel));
    const pulumi = await pythonPackages();
    if ("missing" in pulumi) return this.skip();
    const use =
      "import pulumi_flux_instance as flux; print(flux.FluxInstance.__name__, flux.__file__)";
    const env = { PYTHONPATH: `${empty}:${pulumi.packages}` };
    const said = await output(empty, env, "python3", "-c", use);
    assert.ok(said.startsWith(`FluxInstance ${empty}`), said);
  });

  it("has a Go module that Go takes from a proxy and compiles", async function () {
    const [empty, files] = place(this, "go");
    if ((await run("go", ["version"])).code !== 0) return this.skip();
    assert.equal(files.length, 4);
    for (const file of ["go.mod", "go.sum"])
      cpSync(join(__dirname, "..", "sdk", "go", file), join(empty, file));
    const use = `package main\n\nimport flux "${names.packages.go}"\n\nfunc main() { println(flux.ClusterSizeSmall) }\n`;
    writeFileSync(join(empty, "main.go"), use);
    const [cache = "", proxy = ""] = (
      await output(empty, {}, "go", "env", "GOMODCACHE", "GOPROXY")
    ).split("\n");
    const env = {
      // What other tests have downloaded is a proxy too.
      GOPROXY: `file://${join(out, "go")},file://${cache}/cache/download,${proxy}`,
      // The module is not published: no database has its checksum, and it must not stay in the cache.
      GONOSUMDB: "*",
      GOMODCACHE: join(folder, "modules"),
      GOWORK: "off",
      GOFLAGS: "-mod=mod -modcacherw -trimpath -buildvcs=false",
      GOTOOLCHAIN: "local",
    };
    const module = names.packages.go.replace(/\/[^/]+$/, "");
    const { Zip } = JSON.parse(
      await output(empty, env, "go", "mod", "download", "-json", `${module}@v${version}`),
    ) as { readonly Zip: string };
    assert.deepEqual(readFileSync(Zip), readFileSync(join(out, files[3] ?? "")));
    await output(empty, env, "go", "vet", "./...");
  });

  it("has a JAR with the classes and what they ask for, and its POM", async function () {
    const [empty, [jar = "", pom = ""]] = place(this, "java");
    await output(empty, {}, "jar", "-xf", join(out, jar));
    const { group, artifact } = coordinatesOf(names);
    const classes = join(empty, ...names.packages.java.split("."));
    assert.ok(readdirSync(classes).includes("FluxInstance.class"));
    const asked = join(empty, ...group.split("."), artifact, "version.txt");
    assert.equal(readFileSync(asked, "utf8"), version);
    const text = readFileSync(join(out, pom), "utf8");
    assert.ok(text.includes(`<groupId>${group}</groupId>\n  <artifactId>${artifact}</artifactId>`));
  });

  it("has a bill of materials with all packages that the plugin holds", async function () {
    const [, [file = ""]] = place(this, "sbom");
    const { packages } = JSON.parse(readFileSync(join(out, file), "utf8")) as {
      readonly packages: readonly { readonly name: string; readonly versionInfo: string }[];
    };
    const listed = new Set(packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`));
    const [plugin = ""] = (parts.get("plugin") as { readonly files: readonly string[] }).files;
    const path = "dist/THIRD-PARTY-NOTICES.txt";
    await output(folder, {}, "tar", "-xzf", join(out, plugin), path);
    const notices = readFileSync(join(folder, path), "utf8");
    const held = [...notices.matchAll(/^-{80}\n(\S+ \d\S+): /gm)].map(([, name = ""]) => name);
    assert.ok(held.length > 20);
    assert.deepEqual(
      held.filter((name) => !listed.has(name)),
      [],
    );
  });
});

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { BuiltFile } from "../../tools/build";
import { buildProgram, removeProgram, run, type Ended } from "./built";
import { kubeconfigOf } from "../support/fake-api-server";
import { startRawServer, SWITCHED, type RawServer } from "../support/raw-server";
import { manifest, MINIMAL } from "./in-process";

describe("the process flux-instance", function () {
  this.timeout(30_000);
  let folder = "";
  let files: readonly BuiltFile[] = [];

  before(async () => {
    ({ folder, files } = await buildProgram());
  });
  after(() => {
    removeProgram(folder);
  });

  const cli = (args: readonly string[], input?: string): Promise<Ended> =>
    run(join(folder, "bin", "flux-instance"), args, input === undefined ? {} : { input });

  it("renders what comes on standard input, and ends with 0", async () => {
    const { code, stdout, stderr } = await cli(["render", "-f", "-"], manifest(MINIMAL));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(parseAllDocuments(stdout).length, 32);
  });

  it("ends with 1 and an empty standard output for input that can't be used", async () => {
    const { code, stdout, stderr } = await cli(["render", "-f", "-"], manifest({}));
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^spec\.distribution: is required/);
  });

  it("ends with 2 for usage", async () => {
    const { code, stdout, stderr } = await cli([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /^Usage:$/m);
  });

  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      version: string;
    };
    assert.deepEqual(await cli(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("ends quietly where its reader has seen enough", async () => {
    const program = join(folder, "bin", "flux-instance");
    writeFileSync(join(folder, "flux.yaml"), manifest(MINIMAL));
    const pipe = `"${program}" render -f "${join(folder, "flux.yaml")}" | head -n 1`;
    const { stdout, stderr } = await run("sh", ["-c", pipe]);
    assert.deepEqual({ stdout, stderr }, { stdout: "---\n", stderr: "" });
  });

  it("ends with 1 where its result can't be written", async function () {
    if (!existsSync("/dev/full")) this.skip();
    writeFileSync(join(folder, "flux.yaml"), manifest(MINIMAL));
    const program = join(folder, "bin", "flux-instance");
    const full = `"${program}" render -f "${join(folder, "flux.yaml")}" > /dev/full; echo "code $?"`;
    const { stdout, stderr } = await run("sh", ["-c", full]);
    assert.equal(stdout, "code 1\n");
    assert.match(stderr, /^can't write to standard output: ENOSPC/);
  });

  describe("where a server switches protocols", () => {
    let server: RawServer;
    before(async () => {
      server = await startRawServer((socket) => socket.write(SWITCHED));
    });
    after(() => server.stop());

    it("ends with 1 and a message, as for a registry", async () => {
      const artifact = `oci://${server.address}/flux/manifests:v2.9.4`;
      const distribution = {
        version: "2.9.4",
        registry: "ghcr.io/fluxcd",
        artifact,
        insecure: true,
      };
      for (const verb of ["render", "images"]) {
        const { code, stdout, stderr } = await cli([verb, "-f", "-"], manifest({ distribution }));
        assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, stderr);
        assert.match(stderr, /answered HTTP 101 to GET/);
      }
    });

    it("ends with 1 and a message, as for an API server", async () => {
      const file = join(folder, "kubeconfig");
      writeFileSync(file, kubeconfigOf(`http://${server.address}`), { mode: 0o600 });
      const { code, stdout, stderr } = await cli(["uninstall", "--kubeconfig", file, "--dry-run"]);
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" }, stderr);
      assert.match(stderr, /HTTP 101/);
    });
  });

  const unused = /node_modules\/(?:@pulumi|@grpc|re2js|@kubernetes|@sigstore)\//;

  for (const args of [["render"], ["convert", "--to", "python"]]) {
    it(`loads to ${args[0] ?? ""} what that needs`, async () => {
      const modules = join(folder, "modules.json");
      const hook = join(folder, "hook.cjs");
      const list = "JSON.stringify(Object.keys(require.cache))";
      const write = `require("node:fs").writeFileSync(${JSON.stringify(modules)}, ${list})`;
      writeFileSync(hook, `process.on("exit", () => { ${write}; });`);
      const main = join(folder, "dist", "cli.js");
      const { code } = await run(process.execPath, ["-r", hook, main, ...args, "-f", "-"], {
        input: manifest(MINIMAL),
      });
      const loaded = JSON.parse(readFileSync(modules, "utf8")) as readonly string[];
      const names = loaded.map((file) => basename(file));
      const sources = files.flatMap((file) => (names.includes(file.name) ? file.sources : []));
      assert.equal(code, 0);
      assert.ok(sources.some((file) => file.includes("node_modules/yaml/")));
      assert.deepEqual(
        sources.filter((file) => unused.test(file)),
        [],
      );
    });
  }
});

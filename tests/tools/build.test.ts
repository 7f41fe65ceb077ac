import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import { printYaml } from "../../provider/cli/yaml";
import type { Json } from "../../provider/core/manifest";
import type { BuiltFile } from "../../tools/build";
import { fileOf } from "../../tools/build/modules";
import { buildProgram, removeProgram, run } from "../cli/built";
import { manifest } from "../cli/in-process";

const ROOT = join(__dirname, "..", "..");

/** Which is what the engine's language host runs for PulumiPlugin.yaml. */
const RUN_PLUGIN = join(ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin", "index.js");

/** What packages ask for, if it is there, to be faster or to know more character sets: ws, node-fetch. */
const OPTIONAL = ["bufferutil", "utf-8-validate", "encoding"];

const PATCHED = manifest({
  distribution: { version: "2.9.x" },
  kustomize: {
    patches: [
      {
        target: { kind: "Deployment", name: "(source|kustomize)-controller" },
        patch: "- {op: add, path: /metadata/annotations, value: {patched: 'yes'}}",
      },
    ],
  },
});

describe("what is built, in a folder without node_modules", function () {
  this.timeout(60_000);
  let folder = "";
  let files: readonly BuiltFile[] = [];
  before(async () => {
    ({ folder, files } = await buildProgram());
  });
  after(() => {
    removeProgram(folder);
  });

  const packages = () =>
    new Set(
      files
        .flatMap(({ sources }) => sources)
        .flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.slice(1) ?? []),
    );
  const cli = (...args: readonly string[]) =>
    run(join(folder, "bin", "flux-instance"), [...args, "-f", "-"], { input: PATCHED });

  it("asks Node.js alone for modules that are not beside it", () => {
    const names = files.map(({ name }) => `./${name}`);
    const asked = files.flatMap(({ text }) =>
      [...text.matchAll(/require\)?\("([^"]+)"\)/g)].map(([, name = ""]) => name),
    );
    assert.ok(asked.includes("node:fs"));
    const known = [...names, ...OPTIONAL, ...builtinModules];
    const others = asked.filter((name) => !known.includes(name.replace(/^node:/, "")));
    assert.deepEqual([...new Set(others)], []);
  });

  it("holds no compiler, and no part of the SDK that only programs need", () => {
    const unused = ["typescript", "ts-node", "esbuild", "tsx", "@npmcli/arborist", "yargs"];
    const found = packages();
    assert.ok(found.has("@pulumi/pulumi"));
    assert.deepEqual(
      unused.filter((name) => found.has(name)),
      [],
    );
  });

  it("names the licences of all packages in it", () => {
    const notices = readFileSync(join(folder, "dist", "THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of packages()) assert.match(notices, new RegExp(`^${name} \\d\\S+: \\S`, "m"));
  });

  for (const name of ["re2js", "js-yaml"]) {
    it(`holds ${name} in a file of its own, to be loaded when it is needed`, () => {
      const path = `node_modules/${name}/`;
      const holders = files.filter(
        // The library for clusters has its own copies, and is loaded as rarely.
        (file) =>
          file.sources.some((source) => source.startsWith(path)) &&
          !file.sources.some((source) => source.startsWith("node_modules/@kubernetes/")),
      );
      assert.deepEqual(
        holders.map((file) => file.name),
        [fileOf(name)],
      );
    });
  }

  it("renders embedded releases and a folder of YAML, and patches by regular expressions", async () => {
    const { code, stdout, stderr } = await cli("render");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(stdout.match(/^ {4}patched: "yes"$/gm)?.length, 2);
    const releases = join(folder, "releases");
    writeReleases(releases);
    assert.deepEqual(await cli("render", "--distribution", releases), { code, stdout, stderr });
  });

  it("converts", async () => {
    const { code, stdout } = await cli("convert", "--to", "typescript");
    assert.equal(code, 0);
    assert.match(stdout, /new flux\.FluxInstance\(/);
  });

  for (const [title, command] of [
    ["pulumi-resource-flux-instance", () => [join(folder, "bin", "pulumi-resource-flux-instance")]],
    ["PulumiPlugin.yaml", () => [process.execPath, RUN_PLUGIN, folder]],
  ] as const) {
    it(`serves its schema when it is started by ${title}`, async () => {
      const [program = "", ...args] = command();
      const schema = JSON.parse(await schemaOf(program, args)) as { readonly name: string };
      assert.equal(schema.name, "flux-instance");
    });
  }
});

/** The embedded 2.9.4 as it is published: in YAML. */
function writeReleases(folder: string): void {
  const embedded = join(ROOT, "distribution", "v2.9.4");
  for (const part of ["flux", "flux-images"]) {
    mkdirSync(join(folder, part, "v2.9.4"), { recursive: true });
  }
  for (const file of readdirSync(embedded)) {
    const content = JSON.parse(readFileSync(join(embedded, file), "utf8")) as object;
    if (file === "images.json") {
      for (const [variant, images] of Object.entries(content)) {
        write(join(folder, "flux-images", "v2.9.4", `${variant}.yaml`), [
          { images: images as Json },
        ]);
      }
    } else {
      write(join(folder, "flux", "v2.9.4", file.replace(".json", ".yaml")), content as Json[]);
    }
  }
}

function write(file: string, documents: readonly Json[]): void {
  writeFileSync(file, documents.map((document) => `---\n${printYaml(document)}`).join(""));
}

/** Starts a plugin as an engine does, and asks for its schema. */
async function schemaOf(program: string, args: readonly string[]): Promise<string> {
  const plugin = spawn(program, [...args, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit"],
    // As the language host does by `typescript: false`.
    env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "false" },
  });
  try {
    const [port] = (await once(createInterface(plugin.stdout), "line")) as [string];
    const client = new service.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
    );
    const response = await new Promise<GetSchemaResponse>((resolve, reject) => {
      client.getSchema(new GetSchemaRequest(), (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
    client.close();
    return response.getSchema();
  } finally {
    plugin.kill("SIGKILL");
  }
}

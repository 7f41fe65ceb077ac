import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { useCluster } from "../support/cluster-suite";
import { operate, resourcesOf, succeed } from "../support/operation";
import { stateFiles } from "../support/engine";
import { assertOneProvider, assertOutputs, assertRefused, SECRET } from "./expected";

const ROOT = join(__dirname, "..", "..");
const QUICKSTART = join(ROOT, "examples", "quickstart-typescript");
const execute = promisify(execFile);

type Name = "good" | "bad" | "empty";
type Program = (kubeconfig: string) => ReturnType<PulumiFn>;

describe("the SDK for Node.js", function () {
  this.timeout(5 * 60_000);
  const suite = useCluster();
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-nodejs-"));
  let programs: Readonly<Record<Name, Program>> | undefined;

  const programOf = (name: Name): PulumiFn => {
    const { [name]: program } = programs ?? assert.fail("the program compiles");
    return () => program(suite.cluster.kubeconfig);
  };

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("compiles as it is published, and its types refuse what they should", async () => {
    await install(folder);
    cpSync(join(__dirname, "nodejs"), folder, { recursive: true });
    await typescript(folder);
    programs = createRequire(join(folder, "main.js"))("./program.js") as typeof programs;
  });

  it("installs an instance, reads its outputs, and shares one plugin process", async () => {
    const program = programOf("good");
    const stack = await suite.project.stack("good", program);
    const { outputs, text } = await succeed(stack, "up", program);
    assertOutputs(outputs);
    assertOneProvider(await resourcesOf(stack));
    assert.ok(!(text + stateFiles(suite.project)).includes(SECRET));
    const again = await succeed(stack, "preview", program);
    assert.deepEqual(again.recorder.steps(), []);
    await succeed(stack, "destroy");
  });

  it("tells wrong args", async () => {
    const program = programOf("bad");
    assertRefused(await operate(await suite.project.stack("bad", program), "preview", program));
  });

  it("hands an empty kubeconfig over, which is refused", async () => {
    const program = programOf("empty");
    const stack = await suite.project.stack("empty", program);
    const { failed, text } = await operate(stack, "preview", program);
    assert.ok(failed, text);
    assert.match(text, /kubeconfig: is empty; give its content as text or object/);
  });

  it("runs the quickstart", async () => {
    const place = join(folder, "quickstart");
    cpSync(QUICKSTART, place, { recursive: true, filter: (path) => !/node_modules|sdks/.test(path) });
    await typescript(place, "--ignoreDeprecations", "6.0");
    const program = () => {
      const require = createRequire(join(place, "main.js"));
      return Promise.resolve(require("./bin/index.js") as Record<string, unknown>);
    };
    const stack = await suite.project.stack("quickstart", program);
    await stack.setConfig("kubernetes:kubeconfig", { value: suite.cluster.kubeconfig, secret: true });
    const { outputs } = await succeed(stack, "up", program);
    assert.match(String(outputs["version"]), /^v2\.9\.\d+$/);
    await succeed(stack, "destroy");
  });
});

/** Installs the SDK as npm would: the compiled files with the manifest, beside the packages of this project. */
async function install(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const target = join(modules, "pulumi-flux-instance");
  mkdirSync(modules);
  for (const scope of ["@pulumi", "@types"]) {
    symlinkSync(join(ROOT, "node_modules", scope), join(modules, scope), "junction");
  }
  await typescript(join(ROOT, "sdk", "nodejs"), "--outDir", target);
  cpSync(join(ROOT, "sdk", "nodejs", "package.json"), join(target, "package.json"));
}

async function typescript(project: string, ...args: readonly string[]): Promise<void> {
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  try {
    await execute(process.execPath, [compiler, "-p", project, ...args]);
  } catch (error) {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  }
}

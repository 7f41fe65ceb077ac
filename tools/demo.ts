import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import { KUBERNETES_VERSION } from "../provider/resources/children";
import { createProject, Recorder, type Project } from "../tests/support/engine";
import { FluxInstance } from "../tests/support/flux-instance";
import { controlPlaneTools } from "./cluster/commands";
import { openCluster } from "./demo/cluster";
import { printChanges, printDeletes, printTree } from "./demo/print";
import { exitWith } from "./exit";
import { provide } from "./provide";

const INSTALLED = "2.8.x";
const NEXT = "2.9.x";

const say = (line = ""): void => {
  process.stdout.write(`${line}\n`);
};

const indent = (lines: readonly string[]): void => {
  for (const line of lines) say(`  ${line}`);
};

/** The program of the demo: Flux in the version that is asked for. */
function programFor(version: string, kubeconfig: string) {
  return () => {
    const flux = new FluxInstance("flux", {
      distribution: { version },
      cluster: { size: "small" },
      kubeconfig,
    });
    const { version: installed, revision, namespace } = flux;
    return Promise.resolve({ version: installed, revision, namespace });
  };
}

async function timed<T>(title: string, operation: () => Promise<T>): Promise<T> {
  say();
  say(`> ${title}`);
  const start = Date.now();
  const result = await operation();
  say(`  ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

async function install(stack: Stack): Promise<void> {
  await timed(`pulumi up, Flux ${INSTALLED}`, async () => {
    const { outputs } = await stack.up();
    indent(printTree(await stack.exportStack()));
    for (const [name, { value }] of Object.entries(outputs)) say(`  ${name}: ${String(value)}`);
  });
}

async function previewUpgrade(stack: Stack): Promise<void> {
  await timed(`pulumi preview, Flux ${NEXT}`, async () => {
    const recorder = new Recorder();
    await stack.preview({ onEvent: recorder.onEvent });
    indent(printChanges(recorder.steps()));
  });
}

async function destroy(stack: Stack): Promise<void> {
  await timed("pulumi destroy", async () => {
    const recorder = new Recorder();
    await stack.destroy({ onEvent: recorder.onEvent });
    indent(printDeletes(recorder.steps()));
  });
}

async function demonstrate(project: Project, kubeconfig: string): Promise<void> {
  const { version } = project.kubernetes;
  if (version !== KUBERNETES_VERSION) {
    say(
      `Kubernetes plugin ${KUBERNETES_VERSION} is not installed and cannot be downloaded; using ${version}.`,
    );
  }
  const stack = await project.stack("demo", programFor(INSTALLED, kubeconfig));
  try {
    await install(stack);
    await previewUpgrade(await project.stack("demo", programFor(NEXT, kubeconfig)));
  } finally {
    await destroy(stack);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { kubeconfig: { type: "string" } } });
  say("flux-instance: install Flux, preview an upgrade, remove Flux, with the real Pulumi engine.");
  const file = values.kubeconfig;
  // All at once, so that the first screen tells what is missing and how long it takes.
  await provide(file === undefined ? ["pulumi", ...controlPlaneTools] : ["pulumi"], say);
  const cluster = await openCluster(file === undefined ? file : resolve(file), say);
  try {
    const project = await createProject();
    await demonstrate(project, cluster.kubeconfig);
    project.remove();
  } finally {
    await cluster.close();
  }
}

exitWith(main());

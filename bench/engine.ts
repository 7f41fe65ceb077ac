import { CustomResource, ProviderResource, type Resource } from "@pulumi/pulumi/resource";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Manifest } from "../provider/core/manifest";
import { DEPENDS_ON, stageOf, STAGES, type Stage } from "../provider/core/render/stages";
import { ParsedFiles } from "../provider/io/parsed-files";
import { prepare } from "../provider/io/prepare";
import { childType, KUBERNETES_VERSION } from "../provider/resources/children";
import { createProject, type Project } from "../tests/support/engine";
import { FluxInstance } from "../tests/support/flux-instance";
import { startControlPlane } from "../tools/control-plane";
import { median, seconds, type Figure } from "./measure";

const ARGS = { distribution: { version: "2.9.x" } };
const ROUNDS = 3;
const SKIP_AWAIT = { "pulumi.com/skipAwait": "true" };

class Plain extends CustomResource {}
class Kubernetes extends ProviderResource {
  constructor(name: string, kubeconfig: string) {
    super("kubernetes", name, { kubeconfig }, { version: KUBERNETES_VERSION });
  }
}

/** Seconds of each operation. */
interface Times {
  readonly preview: number;
  readonly up: number;
  readonly unchanged: number;
  readonly destroy: number;
}

/** FluxInstance against a plain program that registers the same objects in the same order. */
export async function benchEngine(): Promise<readonly Figure[]> {
  const start = performance.now();
  const cluster = await startControlPlane();
  const readySeconds = (performance.now() - start) / 1_000;
  const project = await createProject();
  try {
    const [plainly, asFlux] = [
      await plainProgram(cluster.kubeconfig),
      fluxProgram(cluster.kubeconfig),
    ];
    // The first run of a fresh API server is slower, whoever makes it.
    await timesOf(project, "warm-up", plainly);
    const [plain, flux]: [Times[], Times[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(await timesOf(project, "plain", plainly));
      flux.push(await timesOf(project, "flux", asFlux));
    }
    const ready = {
      what: "control plane ready",
      value: `${readySeconds.toFixed(1)} s`,
      goal: "< 15 s",
    };
    return [ready, ...compare(flux, plain)];
  } finally {
    project.remove();
    await cluster.stop();
  }
}

async function timesOf(project: Project, name: string, program: PulumiFn): Promise<Times> {
  const stack: Stack = await project.stack(name, program);
  const preview = await seconds(() => stack.preview());
  const up = await seconds(() => stack.up());
  const unchanged = await seconds(() => stack.up());
  const destroy = await seconds(() => stack.destroy());
  return { preview, up, unchanged, destroy };
}

function compare(flux: readonly Times[], plain: readonly Times[]): readonly Figure[] {
  const operations = ["preview", "up", "unchanged", "destroy"] as const;
  return operations.map((operation) => {
    const ours = median(flux.map((times) => times[operation]));
    const theirs = median(plain.map((times) => times[operation]));
    const ratio = (ours / theirs).toFixed(2);
    return {
      what: `${operation}, FluxInstance : plain program`,
      value: `${ratio} (${ours.toFixed(1)} s : ${theirs.toFixed(1)} s)`,
      goal: operation === "destroy" ? "-" : "<= 1.25",
    };
  });
}

function fluxProgram(kubeconfig: string): PulumiFn {
  return () => {
    const flux = new FluxInstance("flux", { ...ARGS, kubeconfig });
    return Promise.resolve({ version: flux.version });
  };
}

async function plainProgram(kubeconfig: string): Promise<PulumiFn> {
  const prepared = await prepare(ARGS, { files: new ParsedFiles(), strict: true });
  if ("undecided" in prepared) throw new Error("the benchmark's args decide everything");
  const manifests = prepared.rendered.objects.map(({ manifest }) => manifest);
  return () => {
    const provider = new Kubernetes("kubernetes", kubeconfig);
    registerAll(manifests, provider);
    return Promise.resolve();
  };
}

function registerAll(manifests: readonly Manifest[], provider: ProviderResource): void {
  const stages = new Map<Stage, readonly Resource[]>();
  for (const stage of STAGES) {
    const dependsOn = DEPENDS_ON[stage].flatMap((earlier) => stages.get(earlier) ?? []);
    const members = manifests.filter((manifest) => stageOf(manifest) === stage);
    stages.set(
      stage,
      members.map((manifest) => {
        const options = { provider, dependsOn, version: KUBERNETES_VERSION };
        return new Plain(
          childType(manifest),
          manifest.metadata.name,
          { ...awaitedAlike(manifest) },
          options,
        );
      }),
    );
  }
}

/** A Service of the plain program is not waited for either: ten seconds of waiting are not what is compared. */
function awaitedAlike(manifest: Manifest): Manifest {
  if (stageOf(manifest) !== "service") return manifest;
  const annotations = { ...manifest.metadata.annotations, ...SKIP_AWAIT };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ParsedFiles } from "../provider/io/parsed-files";
import { prepare } from "../provider/io/prepare";
import { controlPlaneTools } from "../tools/cluster/commands";
import { startControlPlane, type ControlPlane } from "../tools/control-plane";
import { startRegistry, type Registry } from "../tools/registry";
import { identity } from "./support/cluster";
import {
  FLUX_CONTROLLERS,
  startFluxControllers,
  type FluxController,
  type FluxControllers,
} from "./support/flux-controllers";
import {
  applyFluxObjects,
  objectsOf,
  terminating,
  untilFluxIsReady,
  workloadUids,
} from "./support/flux-objects";
import { applyAll } from "./support/flux/objects-of";
import { pushFluxSource } from "./support/flux/source";
import type { Identity } from "./support/kubernetes/identity";
import type { Objects } from "./support/kubernetes/objects";
import { leftOvers } from "./tools/processes";
import { requireTools } from "./tools/require-tools";

const NAMESPACE = "flux-system";
const AMOUNTS = { kustomizations: 3, helmReleases: 2, namespaces: 2 };

const deployment = (name: FluxController) => identity("apps/v1", "Deployment", name, NAMESPACE);

async function installFlux(objects: Objects): Promise<void> {
  const args = { distribution: { version: "2.9.x" }, components: [...FLUX_CONTROLLERS] };
  const prepared = await prepare(args, { files: new ParsedFiles(), strict: true });
  assert.ok("rendered" in prepared);
  await applyAll(
    objects,
    prepared.rendered.objects.map(({ manifest }) => manifest),
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `${what} did not happen within 30 s`);
    await sleep(20);
  }
}

async function isGone(objects: Objects, wanted: Identity): Promise<boolean> {
  return (await objects.get(wanted)) === undefined;
}

describe("Flux's controllers beside a cluster", function () {
  this.timeout(120_000);
  let controlPlane: ControlPlane;
  let registry: Registry;
  let controllers: FluxControllers;
  let objects: Objects;
  const started: { stop(): Promise<void> }[] = [];

  before(async function () {
    const names = [...controlPlaneTools, "registry", ...FLUX_CONTROLLERS] as const;
    const tools = await requireTools(this, names);
    [controlPlane, registry] = await Promise.all([
      startControlPlane({ tools }),
      startRegistry({ program: tools.registry }),
    ]);
    const { kubeconfig } = controlPlane;
    objects = objectsOf(kubeconfig);
    controllers = await startFluxControllers({ kubeconfig, programs: tools });
    started.push(controllers, registry, controlPlane);
  });

  after(async () => {
    await Promise.all(started.map((one) => one.stop()));
  });

  it("run when their Deployments have ready pods, and make what Flux's objects ask for", async () => {
    assert.deepEqual(controllers.running(), []);
    await installFlux(objects);
    await controllers.untilRunning(FLUX_CONTROLLERS);
    await applyFluxObjects(objects, await pushFluxSource(registry.address), AMOUNTS, 60);
    assert.deepEqual(Object.keys(await workloadUids(objects)), [
      "team-0/app-0-workload",
      "team-0/app-2-workload",
      "team-0/release-0",
      "team-1/app-1-workload",
      "team-1/release-1",
    ]);
    assert.deepEqual(await terminating(objects), []);
  });

  it("prune what a deleted object has made", async () => {
    const app = identity("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "app-2", "team-0");
    await objects.remove(app);
    await until("pruning", async () => {
      return !Object.keys(await workloadUids(objects)).includes("team-0/app-2-workload");
    });
    assert.equal(Object.keys(await workloadUids(objects)).length, 4);
  });

  it("are started again when they end by themselves", async () => {
    const before = controllers.log("source-controller").length;
    await controllers.crash("source-controller");
    await until("its next start", () =>
      Promise.resolve(
        controllers.log("source-controller").slice(before).includes("starting manager"),
      ),
    );
    await untilFluxIsReady(objects, 30);
  });

  it("outlive an API server that is away for a while", async () => {
    await controlPlane.killApiServer();
    assert.deepEqual(controllers.running(), FLUX_CONTROLLERS);
    await controlPlane.restartApiServer();
    await objects.remove(deployment("helm-controller"));
    await controllers.untilRunning(["source-controller", "kustomize-controller"]);
  });

  it("end with their Deployment or its scale, and leave finalizers behind", async () => {
    const scale = { spec: { replicas: 0 } };
    await objects.merge(deployment("source-controller"), scale);
    await controllers.untilRunning(["kustomize-controller"]);
    await objects.remove(deployment("kustomize-controller"), { propagation: "Foreground" });
    await until("its end", () => isGone(objects, deployment("kustomize-controller")));
    await controllers.untilRunning([], 1);
    const before = await workloadUids(objects);
    const app = identity("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "app-0", "team-0");
    await objects.remove(app);
    assert.deepEqual(await terminating(objects), ["Kustomization team-0/app-0"]);
    assert.deepEqual(await workloadUids(objects), before);
  });

  it("run again for the next pod, and finish what was left", async () => {
    await installFlux(objects);
    const one = { spec: { replicas: 1 } };
    await objects.merge(deployment("source-controller"), one);
    await controllers.untilRunning(FLUX_CONTROLLERS);
    await until("the end of app-0", async () => (await terminating(objects)).length === 0);
    assert.ok(!Object.keys(await workloadUids(objects)).includes("team-0/app-0-workload"));
  });

  it("leave no process and no file", async () => {
    const { dataFolder } = controllers;
    await controllers.stop();
    assert.deepEqual(await leftOvers(dataFolder, 0), []);
    assert.deepEqual(controllers.running(), []);
  });
});

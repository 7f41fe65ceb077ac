import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { hasFinalizer } from "../../provider/core/lifecycle/finalizers";
import { FLUX_CONTROLLERS } from "../support/flux-controllers";
import {
  applyFluxObjects,
  terminating,
  untilFluxIsReady,
  workloadUids,
} from "../support/flux-objects";
import { fluxProgram, useFlux } from "../support/flux-suite";
import { metadataOf } from "../support/cluster";
import { assertSettled, childrenOf, namesOf, resourcesOf, succeed } from "../support/operation";

const FEW = { kustomizations: 3, helmReleases: 2, namespaces: 2 };
const HELM_RELEASE = ["helm.toolkit.fluxcd.io/v2", "HelmRelease"] as const;
const KUSTOMIZATION = ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"] as const;
const SYNCED = "apps/workload";
const nothing = () => Promise.resolve({});

describe("what is taken out of an instance", function () {
  this.timeout(10 * 60_000);
  const suite = useFlux();
  let stack: Stack;

  const program = (args: object = {}) => fluxProgram(suite, args);
  const workloads = () => workloadUids(suite.objects);

  /** Runs an up that leaves all workloads as they are, and nothing on its way out. */
  async function keepsWorkloads(change: () => Promise<unknown>): Promise<void> {
    const before = await workloads();
    await change();
    assert.deepEqual(await terminating(suite.objects), []);
    assert.deepEqual(await workloads(), before);
  }

  before(async () => {
    stack = await suite.project.stack("removal", program());
    await succeed(stack, "up", program());
    await applyFluxObjects(suite.objects, suite.source, FEW);
  });

  it("is told with its custom resources before a component goes, and its workloads stay", async () => {
    const components = FLUX_CONTROLLERS.filter((name) => name !== "helm-controller");
    const { recorder } = await succeed(stack, "preview", program({ components }));
    assert.match(recorder.messages("warning").join("\n"), /helm-controller[^]*2 HelmRelease/);
    await keepsWorkloads(() => succeed(stack, "up", program({ components })));
    await suite.controllers.untilRunning(components);
    assert.deepEqual(await suite.cluster.list(...HELM_RELEASE), []);
    assert.equal((await suite.cluster.list(...KUSTOMIZATION)).length, FEW.kustomizations + 1);
  });

  it("leaves what the sync made when the sync goes", async () => {
    const { recorder } = await succeed(stack, "preview", program({ sync: undefined }));
    assert.match(
      recorder.messages("warning").join("\n"),
      /"Orphan" everything that it has deployed stays/,
    );
    await keepsWorkloads(() => succeed(stack, "up", program({ sync: undefined })));
    assert.ok(SYNCED in (await workloads()));
    assert.equal((await suite.cluster.list(...KUSTOMIZATION)).length, FEW.kustomizations);
  });

  it("prunes what the sync made when its policy says so", async () => {
    const sync = { ...suite.sync, deletionPolicy: "Prune" };
    await succeed(stack, "up", program({ sync }));
    const { recorder } = await succeed(stack, "preview", program({ sync: undefined }));
    assert.match(recorder.messages("warning").join("\n"), /"Prune" Flux deletes everything/);
    await succeed(stack, "up", program({ sync: undefined }));
    assert.ok(!(SYNCED in (await workloads())));
    // The Namespace that was pruned takes its time.
    while ((await terminating(suite.objects)).length > 0) await sleep(200);
  });

  it("stays with its custom resources, which nothing can hang on, when the CRDs are kept", async () => {
    const args = { deletionPolicy: "KeepCRDs" };
    await succeed(stack, "up", program(args));
    await keepsWorkloads(() => succeed(stack, "destroy"));
    assert.deepEqual(await childrenOf(stack), []);
    const left = await suite.cluster.list(...KUSTOMIZATION);
    assert.equal(left.length, FEW.kustomizations + 1);
    for (const object of left) {
      assert.ok(!hasFinalizer(object));
    }
  });

  it("is taken again by the next install", async () => {
    const uids = async () =>
      (await suite.cluster.list(...KUSTOMIZATION)).map((object) => metadataOf(object, "uid"));
    const before = await uids();
    const args = { deletionPolicy: "Retain", adopt: true };
    await keepsWorkloads(() => succeed(stack, "up", program(args)));
    await untilFluxIsReady(suite.objects);
    assert.deepEqual(await uids(), before);
    await assertSettled(stack, program(args));
  });

  it("goes on running when all is retained", async () => {
    await keepsWorkloads(() => succeed(stack, "destroy"));
    assert.deepEqual(await resourcesOf(stack), []);
    await suite.controllers.untilRunning(FLUX_CONTROLLERS);
    await untilFluxIsReady(suite.objects);
  });

  it("goes with the instance when that is no longer in the program", async () => {
    await succeed(stack, "up", program({ adopt: true }));
    await untilFluxIsReady(suite.objects);
    await keepsWorkloads(async () => {
      const { recorder } = await succeed(stack, "up", nothing);
      assert.ok(namesOf(recorder.steps(), "delete").includes("flux"));
    });
    assert.deepEqual(await childrenOf(stack), []);
    const definitions = await suite.cluster.list(
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
    );
    assert.deepEqual(definitions, []);
  });
});

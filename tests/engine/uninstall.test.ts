import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { Recorder } from "../support/engine";
import { applyFluxObjects, terminating, workloadUids } from "../support/flux-objects";
import { fluxProgram, useFlux } from "../support/flux-suite";
import { childrenOf, succeed } from "../support/operation";

const MANY = { kustomizations: 50, helmReleases: 30, namespaces: 10 };
/** Five times what a destroy may take: it catches one that hangs. */
const HANG_SECONDS = 300;

describe("an instance whose controllers run", function () {
  this.timeout(10 * 60_000);
  const suite = useFlux();
  let stack: Stack;

  const program = () => fluxProgram(suite);

  const definitions = async () =>
    (await suite.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")).length;

  async function destroys(): Promise<void> {
    const start = Date.now();
    await succeed(stack, "destroy");
    assert.ok(Date.now() - start < HANG_SECONDS * 1000);
    assert.deepEqual(await terminating(suite.objects), []);
  }

  before(async () => {
    stack = await suite.project.stack("uninstall", program());
  });

  it("is up when what it syncs is there", async () => {
    const { outputs } = await succeed(stack, "up", program());
    assert.equal(outputs["ready"], true);
    assert.deepEqual(Object.keys(await workloadUids(suite.objects)), ["apps/workload"]);
  });

  it("tells before a destroy what of its custom resources goes", async () => {
    await applyFluxObjects(suite.objects, suite.source, MANY);
    const recorder = new Recorder();
    await stack.previewDestroy({ refresh: true, onEvent: recorder.onEvent });
    const told = recorder.messages("info").join("\n");
    assert.match(told, /51 Kustomization; a destroy deletes, and leaves what they deployed/);
    assert.match(told, /30 HelmRelease; a destroy deletes/);
  });

  it("is destroyed with many custom resources, and no workload is touched", async () => {
    const before = await workloadUids(suite.objects);
    assert.equal(Object.keys(before).length, 81);
    await destroys();
    assert.deepEqual(await workloadUids(suite.objects), before);
    assert.deepEqual(await childrenOf(stack), []);
    assert.equal(await definitions(), 0);
  });

  it("is destroyed a second time without doing anything", async () => {
    const { recorder } = await succeed(stack, "destroy");
    assert.deepEqual(recorder.steps(), []);
  });
});

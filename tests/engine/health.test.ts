import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { useFlux } from "../support/flux-suite";
import { Interruption } from "../support/interruption";
import { BY_HAND, imagePull, playKubelet } from "../support/kubelet";
import { assertSettled, instance, operate, succeed, type Operation } from "../support/operation";
import { engineIn } from "../support/processes";

const NAMESPACE = "flux-system";
const READINESS = "flux-instance:index:Readiness";
const IMAGE = "registry.invalid/manager:1";
const INSECURE = {
  target: { kind: "OCIRepository" },
  patch: `[{"op": "add", "path": "/spec/insecure", "value": true}]`,
};
/** Nothing that runs here gives such a pod a node. */
const NOBODY_STARTS = {
  target: { kind: "Deployment", name: "source-controller" },
  patch: `[{"op": "add", "path": "/spec/template/spec/schedulerName", "value": "${BY_HAND}"}]`,
};
/** The default of `timeout` in milliseconds: a fault is told before. */
const TIMEOUT = 300_000;
/** What a cancelled command may take in milliseconds. */
const PROMPT = 60_000;

describe("an up of what can't be healthy", function () {
  this.timeout(10 * 60_000);
  const suite = useFlux();
  let stack: Stack;

  const program = (args: object = {}, options: ComponentResourceOptions = {}): PulumiFn =>
    instance(
      () => ({
        distribution: { version: "2.9.x" },
        components: ["source-controller", "kustomize-controller"],
        sync: { kind: "OCIRepository", url: suite.source.fleet, ref: suite.source.tag, path: "./" },
        kustomize: { patches: [INSECURE] },
        kubeconfig: suite.cluster.kubeconfig,
        ...args,
      }),
      () => options,
    );
  const unstarted = { kustomize: { patches: [INSECURE, NOBODY_STARTS] } };
  const unsynced = () => ({
    sync: {
      kind: "OCIRepository",
      url: suite.source.fleet,
      ref: suite.source.tag,
      path: "./nowhere",
    },
  });

  /** Fails before the timeout, and what it told. */
  async function fails(given: PulumiFn): Promise<string> {
    const start = Date.now();
    const { failed, text, recorder } = await operate(stack, "up", given);
    assert.ok(failed, text);
    assert.ok(Date.now() - start < TIMEOUT);
    return recorder.messages("error").join("\n");
  }

  /** With the cause gone the next up is ready. */
  async function recovers(): Promise<void> {
    assert.equal((await succeed(stack, "up", program())).outputs["ready"], true);
  }

  const waits = ({ recorder }: Operation): boolean =>
    recorder.steps().some(({ type }) => type === READINESS);

  before(async () => {
    stack = await suite.project.stack("health", program());
  });

  it("names a volume that nobody provides", async () => {
    const told = await fails(program({ storage: { class: "nowhere", size: "1Gi" } }));
    assert.match(told, /PersistentVolumeClaim\/flux-system\/source-controller/);
    assert.match(told, /storageclass\.storage\.k8s\.io "nowhere" not found/);
    await recovers();
  });

  it("names an image that can't be pulled", async () => {
    const played = playKubelet(suite.objects, NAMESPACE, imagePull(IMAGE)).catch(() => undefined);
    const told = await fails(program(unstarted));
    assert.match(told, /Pod\/flux-system\/source-controller-\S+ .*container manager: waiting/);
    assert.match(told, /registry\.invalid\/manager:1/);
    await played;
  });

  it("is done at once without a wait, and says that nothing was waited for", async () => {
    const { outputs } = await succeed(stack, "up", program({ ...unstarted, wait: false }));
    assert.equal(outputs["ready"], false);
    await recovers();
  });

  it("names what of the sync fails", async () => {
    const told = await fails(program(unsynced()));
    assert.match(told, /Kustomization\/flux-system\/flux-system: .*kustomization path not found/);
    await recovers();
  });

  it("ends at the `timeout`, and at the custom timeout", async () => {
    const told = await fails(program({ ...unstarted, timeout: "4s" }));
    assert.match(told, /is not ready after \d+ s, which is the `timeout`/);
    const customTimeouts = { create: "9s", update: "9s" };
    const ended = await fails(program(unstarted, { customTimeouts }));
    assert.match(ended, /the custom timeout of the resource is over/);
  });

  it("ends promptly when it is cancelled", async () => {
    let since = 0;
    const isWaiting: ConstructorParameters<typeof Interruption>[0] = ({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.type === READINESS;
    const cancel = new Interruption(isWaiting, async () => {
      await sleep(2_000);
      since = Date.now();
      process.kill(engineIn(suite.project.folder).pid, "SIGINT");
    });
    const { failed } = await operate(stack, "up", program(unstarted), cancel);
    await cancel.done();
    assert.ok(failed);
    assert.ok(Date.now() - since < PROMPT);
    assert.match(cancel.messages("error").join("\n"), /cancelled while waiting for it/);
    await recovers();
  });

  it("waits only for a change that needs it", async () => {
    const changes = { cluster: { networkPolicy: false }, timeout: "10m" };
    const quick = await succeed(stack, "up", program(changes));
    assert.ok(quick.recorder.steps().some(({ op }) => op === "delete"));
    assert.ok(!waits(quick));
    assert.ok(
      waits(await succeed(stack, "up", program({ ...changes, ...unsynced(), wait: false }))),
    );
    await recovers();
  });

  it("finds nothing changed in a refresh while controllers work", async () => {
    const { recorder } = await succeed(stack, "refresh");
    const drift = recorder.results().filter(({ op }) => op !== "same" && op !== "refresh");
    assert.deepEqual(drift, []);
    await assertSettled(stack, program());
  });
});

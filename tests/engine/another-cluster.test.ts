import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { JsonObject } from "../../provider/core/manifest";
import { identity, metadataOf, startCluster, type Cluster } from "../support/cluster";
import { useCleanup } from "../support/cleanup";
import { useCluster } from "../support/cluster-suite";
import { FluxInstance } from "../support/flux-instance";
import { Forwarder } from "../support/forwarder";
import { identityOf } from "../support/kubernetes/identity";
import { limitedKubeconfig, rule } from "../support/limited-user";
import {
  assertSettled,
  childrenOf,
  instance,
  objectSteps,
  operate,
  idsIn,
  resourcesOf,
  stepIn,
  succeed,
  withEnvironment,
  type Operation,
} from "../support/operation";
import { assertUntouched, settled } from "../support/snapshot";
import { knownLater } from "../support/unknown";
import { Witness, WITNESSED } from "../support/witness";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const ACCOUNT = identity("v1", "ServiceAccount", "limited", "kube-system");

describe("a kubeconfig that leads to another cluster", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  const atEnd = useCleanup();
  let other: Cluster;
  let rebuilt: Cluster | undefined;
  let forwarder: Forwarder;
  let stack: Stack;
  let witness: Witness;

  const program = (kubeconfig: unknown): PulumiFn => instance(() => ({ ...WITNESSED, kubeconfig }));
  const here = () => program(suite.cluster.kubeconfig);
  const there = () => program(other.kubeconfig);

  const urnOf = async (type: string): Promise<string> => {
    const found = (await resourcesOf(stack)).find((it) => it.type.endsWith(type));
    assert.ok(found !== undefined, `the state has a ${type}`);
    return found.urn;
  };

  /** The message of a refusal. */
  const messageOf = ({ failed, text, recorder }: Operation): string => {
    assert.ok(failed, text);
    return [text, ...recorder.messages("error")].join("\n");
  };

  /** Every object of the state is in a cluster, and there is nothing left to do. */
  async function assertIn(cluster: Cluster, desired: PulumiFn): Promise<void> {
    for (const { inputs, name } of await childrenOf(stack)) {
      assert.notEqual(await cluster.find(identityOf(inputs as JsonObject)), undefined, name);
    }
    const uids = (await resourcesOf(stack)).flatMap(({ inputs }) => inputs?.["cluster"] ?? []);
    assert.deepEqual([...new Set(uids)], [await uidOf(cluster)]);
    await assertSettled(stack, desired);
  }

  /** Is refused, and then does what the message says. */
  async function move(desired: PulumiFn, step: RegExp): Promise<void> {
    const message = messageOf(await operate(stack, "up", desired));
    await withEnvironment(stack, stepIn(message, step), () => succeed(stack, "up", desired));
  }

  async function assertRefused(what: string, refuse: () => Promise<Operation>): Promise<void> {
    const clusters = [suite.cluster, other] as const;
    const before = await Promise.all(clusters.map(settled));
    const state = await idsIn(stack);
    const message = messageOf(await refuse());
    for (const [index, cluster] of clusters.entries()) {
      assert.ok(message.includes(await uidOf(cluster)), `${what}: ${message}`);
      assert.ok(message.includes(serverOf(cluster)), `${what}: ${message}`);
      await assertUntouched(cluster, before[index] ?? {}, what);
    }
    assert.deepEqual(await idsIn(stack), state, `${what}: the state`);
  }

  before(async function () {
    other = await startCluster(this);
    atEnd(() => other.stop());
    forwarder = await Forwarder.start();
    atEnd(() => forwarder.stop());
    stack = await suite.project.stack("another", here());
  });

  it("may be out of reach in a preview", async () => {
    const nowhere = suite.cluster.kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
    const { recorder } = await succeed(stack, "preview", program(nowhere));
    const warnings = recorder.messages("warning");
    assert.equal(warnings.filter((line) => line.includes("could not look")).length, 1);
    assert.ok(objectSteps(recorder.steps()).length > 10);
  });

  it("may be unknown in a preview", async () => {
    const { recorder } = await succeed(
      stack,
      "preview",
      instance(() => ({ ...WITNESSED, kubeconfig: knownLater("") })),
    );
    assert.ok(objectSteps(recorder.steps()).length > 10);
  });

  it("is the same cluster with other credentials, and the newest are used", async () => {
    const { objects, kubeconfig } = suite.cluster;
    const rotated = await limitedKubeconfig(objects, kubeconfig, [rule("*")]);
    await succeed(stack, "up", program(rotated));
    witness = new Witness(suite.cluster);
    await witness.begin();
    for (const command of ["preview", "up"] as const) {
      const { recorder } = await succeed(stack, command, here());
      const types = recorder.steps().map(({ type }) => type);
      assert.deepEqual(types.toSorted(), [
        "flux-instance:index:FluxInstance",
        "pulumi:providers:kubernetes",
      ]);
    }
    await suite.cluster.remove(ACCOUNT);
    const commonMetadata = { labels: { team: "platform" } };
    const labelled = instance(() => ({ ...WITNESSED, commonMetadata, kubeconfig }));
    await succeed(stack, "up", labelled);
    await succeed(stack, "up", here());
    await witness.assertKept("other credentials");
  });

  it("is refused in every way, and nothing is touched in either cluster", async () => {
    const target = [await urnOf(DEPLOYMENT)];
    const exclude = [await urnOf(":Transition")];
    await assertRefused("preview", () => operate(stack, "preview", there()));
    await assertRefused("up", () => operate(stack, "up", there()));
    for (const more of [{ target }, { exclude }, { continueOnError: true }]) {
      const refuse = () => operate(stack, "up", there(), undefined, more);
      await assertRefused(JSON.stringify(more), refuse);
    }
    await witness.assertKept("refused");
  });

  it("is refused together with an instance that leaves the program, whatever fails", async () => {
    const { kubeconfig } = suite.cluster;
    const both: PulumiFn = () => {
      new FluxInstance("flux", { ...WITNESSED, kubeconfig });
      new FluxInstance("second", { ...WITNESSED, kubeconfig: other.kubeconfig });
      return Promise.resolve({});
    };
    await succeed(stack, "up", both);
    const refuse = () => operate(stack, "up", there(), undefined, { continueOnError: true });
    await assertRefused("continueOnError", refuse);
    await succeed(stack, "up", here());
    await witness.assertKept("the other instance is gone");
  });

  it("is moved to while the former cluster lives, and what users have there stays", async () => {
    await move(there(), /^FLUX_INSTANCE_MOVE_TO_CLUSTER=\S+ $/);
    await witness.assertKept("moved away");
    await assertIn(other, there());
    await witness.assertKept("moved away, then an up");
  });

  it("is moved to when the former cluster is dead", async () => {
    await other.killApiServer();
    await move(here(), /PULUMI_K8S_DELETE_UNREACHABLE=true/);
    await assertIn(suite.cluster, here());
    await witness.assertKept("moved back");
    await other.restartApiServer();
  });

  it("is the only one that a destroy reaches after the move", async () => {
    await move(there(), /^FLUX_INSTANCE_MOVE_TO_CLUSTER=\S+ $/);
    const before = await settled(suite.cluster);
    await succeed(stack, "destroy");
    assert.deepEqual(await definitionsIn(other), []);
    assert.deepEqual(await resourcesOf(stack), []);
    await assertUntouched(suite.cluster, before, "destroy");
    await witness.assertKept("destroyed in the other cluster");
  });

  it("is refused and moved to where the cluster was rebuilt at its address", async function () {
    const started = await startCluster(this);
    atEnd(() => started.stop());
    rebuilt = started;
    stack = await suite.project.stack("rebuilt", there());
    const file = join(suite.project.folder, "kubeconfig");
    writeFileSync(file, forwarder.leadTo(other.kubeconfig), { mode: 0o600 });
    await succeed(stack, "up", program(file));
    const former = await settled(other);
    writeFileSync(file, forwarder.leadTo(rebuilt.kubeconfig));
    const message = messageOf(await operate(stack, "preview", program(file)));
    assert.ok(message.includes(await uidOf(rebuilt)) && message.includes(await uidOf(other)));
    await move(
      program(file),
      /^FLUX_INSTANCE_MOVE_TO_CLUSTER=\S+ PULUMI_K8S_DELETE_UNREACHABLE=true /,
    );
    await assertIn(rebuilt, program(file));
    await assertUntouched(other, former, "rebuilt");
  });

  it("is moved to where the kubeconfig of the rebuilt cluster is given by its content", async () => {
    assert.ok(rebuilt !== undefined);
    await succeed(stack, "up", program(forwarder.leadTo(rebuilt.kubeconfig)));
    const former = await settled(rebuilt);
    const content = program(forwarder.leadTo(other.kubeconfig));
    await move(content, /^FLUX_INSTANCE_MOVE_TO_CLUSTER=\S+ PULUMI_K8S_DELETE_UNREACHABLE=true /);
    await assertIn(other, content);
    await assertUntouched(rebuilt, former, "rebuilt again");
    await succeed(stack, "destroy");
    assert.deepEqual(await definitionsIn(other), []);
    await assertUntouched(rebuilt, former, "destroyed");
  });
});

const serverOf = ({ kubeconfig }: Cluster): string =>
  /https:\/\/127\.0\.0\.1:\d+/.exec(kubeconfig)?.[0] ?? "";

async function uidOf(cluster: Cluster): Promise<string> {
  return metadataOf(await cluster.find(identity("v1", "Namespace", "kube-system")), "uid");
}

async function definitionsIn(cluster: Cluster): Promise<readonly unknown[]> {
  return await cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
}

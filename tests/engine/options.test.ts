import assert from "node:assert/strict";
import { CustomResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { JsonObject } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import { KubernetesProvider } from "../support/cluster-provider";
import { FluxInstance } from "../support/flux-instance";
import { identityOf, pluck } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  operate,
  resourcesOf,
  succeed,
  type StateResource,
} from "../support/operation";

const TIMEOUTS = { create: "7m", update: "8m", delete: "9m" };
const MINUTE_NS = 60e9;

/** A Kubernetes object beside the instance. */
class KubernetesObject extends CustomResource {}

describe("options on the component", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;

  const program = (
    options: () => ComponentResourceOptions,
    { name = "flux", labels = { team: "one" }, adopt = false } = {},
  ): PulumiFn =>
    instance(
      () => ({
        distribution: { version: "2.9.x" },
        components: ["source-controller"],
        commonMetadata: { labels },
        adopt,
        kubeconfig: suite.cluster.kubeconfig,
      }),
      options,
      name,
    );

  before(async () => {
    stack = await suite.project.stack(
      "options",
      program(() => ({})),
    );
  });

  /** The live object of a child. */
  async function live({ inputs }: StateResource): Promise<JsonObject | undefined> {
    return suite.cluster.find(identityOf(inputs as JsonObject));
  }

  async function assertLabels(team: string): Promise<void> {
    for (const child of await childrenOf(stack)) {
      assert.equal(pluck(await live(child), "metadata", "labels", "team"), team, child.name);
    }
  }

  it("transforms and customTimeouts reach the children", async () => {
    const options = (): ComponentResourceOptions => ({
      customTimeouts: TIMEOUTS,
      transforms: [
        ({ type, props, opts }) => {
          if (type !== "kubernetes:apps/v1:Deployment") return undefined;
          const { metadata, ...rest } = props as { metadata: { labels: object } };
          const labels = { ...metadata.labels, transformed: "yes" };
          return { props: { ...rest, metadata: { ...metadata, labels } }, opts };
        },
      ],
    });
    await succeed(stack, "up", program(options));
    const children = await childrenOf(stack);
    for (const { name, customTimeouts } of children) {
      const { create, update, delete: remove } = customTimeouts ?? {};
      const minutes = [create, update, remove].map((time) => inMinutes(time));
      assert.deepEqual(minutes, [7, 8, 9], name);
    }
    for (const child of children) {
      const label = pluck(await live(child), "metadata", "labels", "transformed");
      const isDeployment = child.type === "kubernetes:apps/v1:Deployment";
      assert.equal(label, isDeployment ? "yes" : undefined, child.name);
    }
    await assertLabels("one");
  });

  it("ignoreChanges reaches the children", async () => {
    const ignoring = program(() => ({ ignoreChanges: ["metadata.labels"] }), {
      labels: { team: "two" },
    });
    await succeed(stack, "up", ignoring);
    await assertLabels("one");
    await succeed(
      stack,
      "up",
      program(() => ({}), { labels: { team: "two" } }),
    );
    await assertLabels("two");
  });

  it("an alias renames the component, and protect refuses to destroy it", async () => {
    const before = await childrenOf(stack);
    const renamed = (protect: boolean): PulumiFn =>
      program(() => ({ aliases: [{ name: "flux" }], protect }), {
        name: "fleet",
        labels: { team: "two" },
      });
    const { recorder } = await succeed(stack, "up", renamed(true));
    assert.deepEqual(
      recorder.steps().filter(({ op }) => op !== "update"),
      [],
    );
    const after = await childrenOf(stack);
    const expected = before.map(({ name }) => name.replace(/^flux:/, "fleet:"));
    assert.deepEqual(after.map(({ name }) => name).sort(), expected.sort());

    const refused = await operate(stack, "destroy");
    assert.ok(refused.failed);
    assert.match(refused.text, /protect/);
    for (const child of after) assert.notEqual(await live(child), undefined, child.name);
    await succeed(stack, "up", renamed(false));
  });

  it("retainOnDelete leaves every object where it is", async () => {
    const retained = program(() => ({ retainOnDelete: true, aliases: [{ name: "fleet" }] }), {
      labels: { team: "two" },
    });
    await succeed(stack, "up", retained);
    const children = await childrenOf(stack);
    await succeed(stack, "destroy");
    assert.deepEqual(await resourcesOf(stack), []);
    for (const child of children) assert.notEqual(await live(child), undefined, child.name);
    const again = program(() => ({}), { adopt: true });
    const refused = await operate(stack, "up", again);
    assert.ok(refused.failed);
    // No delete was called, so the owner record is there and names what the state no longer knows.
    const [, id] = /`FLUX_INSTANCE_TAKE_OVER=(\w+) pulumi up`/.exec(refused.text) ?? [];
    assert.ok(id !== undefined, refused.text);
    const { envVars } = stack.workspace;
    stack.workspace.envVars = { ...envVars, FLUX_INSTANCE_TAKE_OVER: id };
    await succeed(stack, "up", again);
    stack.workspace.envVars = envVars;
    await assertSettled(stack, again);
    await succeed(stack, "destroy");
  });

  it("deletedWith deletes nothing when the other resource goes", async () => {
    const beside: PulumiFn = () => {
      const args = { kubeconfig: suite.cluster.kubeconfig, upsertExistingObjects: "true" };
      const k8s = new KubernetesProvider("k8s", args);
      const anchor = new KubernetesObject(
        "kubernetes:core/v1:ConfigMap",
        "anchor",
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "anchor", namespace: "default" } },
        { provider: k8s },
      );
      new FluxInstance(
        "flux",
        { distribution: { version: "2.9.x" }, components: ["source-controller"] },
        { providers: [k8s], deletedWith: anchor },
      );
      return Promise.resolve({});
    };
    const other = await suite.project.stack("deleted-with", beside);
    await succeed(other, "up", beside);
    const [anchors, children] = partition(await childrenOf(other), ({ name }) => name === "anchor");
    assert.ok(children.length > 10);
    await succeed(other, "destroy");
    for (const child of children) assert.notEqual(await live(child), undefined, child.name);
    for (const anchor of anchors) assert.equal(await live(anchor), undefined);
  });
});

/** The engine exports seconds, older ones nanoseconds. */
function inMinutes(time: number | undefined): number | undefined {
  if (time === undefined) return undefined;
  return time >= MINUTE_NS ? time / MINUTE_NS : time / 60;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Json, JsonObject } from "../../provider/core/manifest";
import type { RenderedObject } from "../../provider/core/render";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";
import { useCluster } from "../support/cluster-suite";
import { identity, inventoryId, metadataOf } from "../support/cluster";
import { lacking } from "../support/contains";
import { identityOf } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  namesOf,
  objectSteps,
  succeed,
  type Operation,
} from "../support/operation";

const NAMESPACE = "flux-system";

/** Two shards and three controllers: each later step takes something of it away. */
const FULL = {
  // No controllers run here: a sync never gets ready.
  wait: false,
  distribution: { version: "2.9.x" },
  components: ["source-controller", "kustomize-controller", "notification-controller"],
  sharding: { shards: ["one", "two"] },
  sync: {
    kind: "GitRepository",
    url: "https://github.com/example/fleet.git",
    ref: "refs/heads/main",
    path: "clusters/test",
  },
};
const WITHOUT_SHARD = { ...FULL, sharding: { shards: ["one"] } };
const WITHOUT_POLICIES = { ...WITHOUT_SHARD, cluster: { networkPolicy: false } };
const WITHOUT_COMPONENT = { ...WITHOUT_POLICIES, components: FULL.components.slice(0, 2) };

async function rendered(args: Json): Promise<readonly RenderedObject[]> {
  const prepared = await prepare(args, { files: new ParsedFiles(), strict: true });
  assert.ok("rendered" in prepared);
  return prepared.rendered.objects;
}

describe("the life of an instance", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;

  const program = (args: object) =>
    instance(() => ({ ...args, kubeconfig: suite.cluster.kubeconfig }));

  /** The live objects of a rendered instance by inventory id; all of them must be there. */
  async function liveObjects(args: Json): Promise<ReadonlyMap<string, JsonObject>> {
    const found = (await rendered(args)).map(async ({ manifest }) => {
      const live = await suite.cluster.find(identityOf(manifest));
      assert.ok(live !== undefined, `${inventoryId(manifest)} is not in the cluster`);
      return [inventoryId(manifest), live] as const;
    });
    return new Map(await Promise.all(found));
  }

  async function resourceVersions(args: Json): Promise<object> {
    const live = await liveObjects(args);
    const entries = [...live].map(([id, object]) => [id, metadataOf(object, "resourceVersion")]);
    return Object.fromEntries(entries) as object;
  }

  /** Applies smaller args: exactly the given children go, in the preview and in the cluster. */
  async function shrinks(before: Json, after: Json, gone: readonly string[]): Promise<void> {
    const [old, kept] = await Promise.all([rendered(before), rendered(after)]);
    const keptIds = new Set(kept.map(({ manifest }) => inventoryId(manifest)));
    const dropped = old.filter(({ manifest }) => !keptIds.has(inventoryId(manifest)));
    assert.deepEqual(
      dropped.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`).sort(),
      gone,
    );
    const children = gone.map((object) => `flux:${object.split(" ")[1] ?? ""}`).sort();
    for (const command of ["preview", "up"] as const) {
      const { recorder } = await succeed(stack, command, program(after as object));
      assert.deepEqual(namesOf(objectSteps(recorder.steps()), "delete"), children, command);
      const others = recorder.steps().filter(({ op }) => op !== "delete" && op !== "update");
      assert.deepEqual(others, [], command);
    }
    for (const { manifest } of dropped) {
      assert.equal(
        await suite.cluster.find(identityOf(manifest)),
        undefined,
        inventoryId(manifest),
      );
    }
    await liveObjects(after);
  }

  before(async () => {
    stack = await suite.project.stack("lifecycle", program(FULL));
  });

  it("installs every rendered object, and then finds nothing to do", async () => {
    const first: Operation = await succeed(stack, "up", program(FULL));
    const objects = await rendered(FULL);
    const ids = objects.map(({ manifest }) => inventoryId(manifest)).sort();
    const inventory = first.outputs["inventory"] as readonly { id: string }[];
    assert.deepEqual(inventory.map(({ id }) => id).sort(), ids);
    assert.equal((await childrenOf(stack)).length, ids.length);
    const live = await liveObjects(FULL);
    for (const { manifest } of objects) {
      const object = live.get(inventoryId(manifest));
      assert.deepEqual(lacking(object, manifest), [], inventoryId(manifest));
    }
    const before = await resourceVersions(FULL);
    const second = await assertSettled(stack, program(FULL));
    assert.deepEqual(await resourceVersions(FULL), before);
    assert.deepEqual(second.outputs, first.outputs);
  });

  it("removes a shard", () =>
    shrinks(FULL, WITHOUT_SHARD, [
      "Deployment kustomize-controller-two",
      "Deployment source-controller-two",
      "Service source-controller-two",
    ]));

  it("removes the network policies", () =>
    shrinks(WITHOUT_SHARD, WITHOUT_POLICIES, [
      "NetworkPolicy allow-egress",
      "NetworkPolicy allow-scraping",
      "NetworkPolicy allow-webhooks",
    ]));

  it("removes a component", () =>
    shrinks(WITHOUT_POLICIES, WITHOUT_COMPONENT, [
      "CustomResourceDefinition alerts.notification.toolkit.fluxcd.io",
      "CustomResourceDefinition providers.notification.toolkit.fluxcd.io",
      "CustomResourceDefinition receivers.notification.toolkit.fluxcd.io",
      "Deployment notification-controller",
      "Service notification-controller",
      "Service webhook-receiver",
      "ServiceAccount notification-controller",
    ]));

  it("reports drift in a refresh, and repairs it", async () => {
    const deployment = identity("apps/v1", "Deployment", "kustomize-controller", NAMESPACE);
    const account = identity("v1", "ServiceAccount", "source-controller", NAMESPACE);
    const role = identity("rbac.authorization.k8s.io/v1", "ClusterRole", "flux-view-flux-system");
    await suite.cluster.remove(account);
    await suite.cluster.patch(role, { rules: [] });
    await suite.cluster.patch(deployment, {
      spec: { template: { spec: { priorityClassName: null } } },
    });
    const refresh = await succeed(stack, "refresh");
    const drift = refresh.recorder.results().filter(({ op }) => op !== "same" && op !== "refresh");
    assert.deepEqual(drift.map(({ op, name }) => `${op} ${name}`).sort(), [
      "delete flux:source-controller",
      "update flux:flux-view-flux-system",
      "update flux:kustomize-controller",
    ]);
    const up = await succeed(stack, "up", program(WITHOUT_COMPONENT));
    assert.deepEqual(
      up.recorder
        .steps()
        .map(({ op, type, name }) => `${op} ${type.split(":")[2]!} ${name}`)
        .sort(),
      [
        "create ServiceAccount flux:source-controller",
        "update ClusterRole flux:flux-view-flux-system",
        "update Deployment flux:kustomize-controller",
        // It counts what was missing.
        "update Transition flux:transition",
      ],
    );
    for (const { manifest } of await rendered(WITHOUT_COMPONENT)) {
      const live = await suite.cluster.find(identityOf(manifest));
      assert.deepEqual(lacking(live, manifest), [], inventoryId(manifest));
    }
  });

  it("leaves nothing behind but the Namespace", async () => {
    const kinds = new Map(
      (await rendered(FULL)).map(({ manifest }) => [manifest.kind, manifest.apiVersion]),
    );
    await succeed(stack, "destroy");
    assert.deepEqual(await childrenOf(stack), []);
    const left = await Promise.all(
      [...kinds].map(([kind, apiVersion]) => suite.cluster.list(apiVersion, kind)),
    );
    const ours = left
      .flat()
      .filter((object) => isOurs(object))
      .map(inventoryId);
    assert.deepEqual(ours, [`_${NAMESPACE}__Namespace`]);
  });
});

/** By namespace or by name, not by labels: an object that lost its labels would still be ours. */
function isOurs(object: JsonObject): boolean {
  const { name, namespace } = identityOf(object);
  if (namespace === NAMESPACE) return name !== "default";
  return name === NAMESPACE || name.endsWith(`-${NAMESPACE}`) || name.endsWith(".fluxcd.io");
}

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import type { JsonObject } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import { inventoryId, metadataOf } from "../support/cluster";
import { Interruption } from "../support/interruption";
import { identityOf } from "../support/kubernetes/identity";
import {
  assertSettled,
  childrenOf,
  instance,
  operate,
  pendingCreatesOf,
  succeed,
  type StateResource,
} from "../support/operation";
import { engineIn, isRunning, kill, pluginOf } from "../support/processes";

/** About half of the objects of the instance below. */
const HALF = 10;

/** The moment when half of the objects are created, as far as the engine has told. */
function halfWay(): (event: EngineEvent) => boolean {
  let created = 0;
  return ({ resOutputsEvent }) => {
    const { op, type } = resOutputsEvent?.metadata ?? {};
    if (op === "create" && type?.startsWith("kubernetes:") === true) created += 1;
    return created === HALF;
  };
}

describe("an up that is killed half way", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;

  const program = () =>
    instance(() => ({
      distribution: { version: "2.9.x" },
      kubeconfig: suite.cluster.kubeconfig,
      components: ["source-controller"],
    }));

  /** UID by inventory id of the objects in the state that are in the cluster. */
  async function uids(children: readonly StateResource[]): Promise<ReadonlyMap<string, string>> {
    const found = children.map(async ({ inputs }) => {
      const object = inputs as JsonObject;
      const live = await suite.cluster.find(identityOf(object));
      return live === undefined ? [] : [[inventoryId(object), metadataOf(live, "uid")] as const];
    });
    return new Map((await Promise.all(found)).flat());
  }

  /** The next up completes the install: the state has each object once, and what was there stayed. */
  async function assertConverges(before: ReadonlyMap<string, string>): Promise<void> {
    const { outputs } = await succeed(stack, "up", program());
    const inventory = (outputs["inventory"] as readonly { id: string }[]).map(({ id }) => id);
    const children = await childrenOf(stack);
    const inState = children.map(({ inputs }) => inventoryId(inputs as JsonObject));
    assert.deepEqual(inState.sort(), [...inventory].sort());
    const after = await uids(children);
    assert.deepEqual([...after.keys()].sort(), [...inventory].sort());
    for (const [id, uid] of before) assert.equal(after.get(id), uid, id);
    await assertSettled(stack, program());
  }

  before(async () => {
    stack = await suite.project.stack("crash", program());
  });

  it("converges after the plugin was killed", async () => {
    const interruption = new Interruption(halfWay(), () => {
      kill(pluginOf(engineIn(suite.project.folder)));
    });
    const killed = await operate(stack, "up", program(), interruption);
    assert.ok(killed.failed);
    const before = await uids(await childrenOf(stack));
    assert.ok(before.size >= HALF);
    await assertConverges(before);
    await succeed(stack, "destroy");
  });

  it("converges after the engine was killed", async () => {
    let plugin = 0;
    const interruption = new Interruption(halfWay(), () => {
      const engine = engineIn(suite.project.folder);
      plugin = pluginOf(engine).pid;
      kill(engine);
    });
    const killed = await operate(stack, "up", program(), interruption);
    assert.ok(killed.failed);
    await assertEnds(plugin);
    await stack.cancel();
    const objects = [...(await childrenOf(stack)), ...(await pendingCreatesOf(stack))];
    const before = await uids(objects.filter(({ type }) => type.startsWith("kubernetes:")));
    await assertConverges(before);
  });

  /** A plugin without an engine ends by itself. */
  async function assertEnds(plugin: number): Promise<void> {
    for (let waited = 0; waited < 20 && isRunning(plugin); waited += 1) await setTimeout(500);
    assert.ok(!isRunning(plugin));
  }
});

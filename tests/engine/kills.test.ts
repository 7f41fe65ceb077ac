import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import * as fc from "fast-check";
import { identityOf } from "../support/kubernetes/identity";
import type { JsonObject } from "../../provider/core/manifest";
import { useCluster } from "../support/cluster-suite";
import {
  assertSettled,
  childrenOf,
  instance,
  operate,
  resourcesOf,
  succeed,
} from "../support/operation";
import { descendantsOf, engineIn, kill, pluginOf, type Process } from "../support/processes";
import { useReleases } from "../support/releases";
import { settled, uidsIn } from "../support/snapshot";
import { Witness, WITNESSED, type Kept } from "../support/witness";

/** Each round has four kills: in an installation, a migration, a change of every object, and a destroy. Six take a quarter of an hour. */
const ROUNDS = Number(process.env["FLUX_INSTANCE_KILL_ROUNDS"] ?? 2);
const SEED = Number(process.env["FLUX_INSTANCE_SEED"] ?? Date.now() % 1_000_000);

/** What dies. A machine takes everything with it; plugins outlive their engine for a while. */
const VICTIMS = {
  engine: (engine: Process) => [engine],
  "the instance's plugin": (engine: Process) => [pluginOf(engine)],
  "the Kubernetes plugin": (engine: Process) =>
    descendantsOf(engine).filter(({ command }) => command.includes("pulumi-resource-kubernetes")),
  machine: (engine: Process) => [engine, ...descendantsOf(engine)],
} as const;
type Victim = keyof typeof VICTIMS;
const NAMES = Object.keys(VICTIMS) as readonly Victim[];

/** When what is killed: a share of the time that an operation takes. Far more than are needed. */
const DRAWS = fc.sample(
  fc.noBias(
    fc.record({ victim: fc.constantFrom(...NAMES), share: fc.integer({ max: 999, min: 0 }) }),
  ),
  { seed: SEED, numRuns: 100 * ROUNDS },
);

describe(`an operation that is killed (FLUX_INSTANCE_SEED=${SEED})`, function () {
  this.timeout(10 * 60_000);
  const releases = useReleases("v2.6.4", "v2.9.4");
  const suite = useCluster();
  /** The iterator of an array goes on where a loop has left it. */
  const draws = DRAWS.values();
  let stack: Stack;
  let witness: Witness;
  /** How long an operation takes here, in milliseconds. */
  let usual = 6_000;

  const program = (version: string, label = "none"): PulumiFn =>
    instance(() => ({
      ...WITNESSED,
      distribution: { version, artifact: releases.artifact },
      commonMetadata: { labels: { round: label } },
      kubeconfig: suite.cluster.kubeconfig,
    }));

  /** Kills until it has hit an operation that was under way; says how. */
  async function killed(command: "up" | "destroy", desired: PulumiFn): Promise<string> {
    for (const { victim, share } of draws) {
      const moment = Math.round((share / 1000) * usual);
      const start = Date.now();
      const running = operate(stack, command, command === "up" ? desired : undefined);
      await sleep(moment);
      hit(victim);
      const { failed } = await running;
      if (failed) return `${command}, ${victim} after ${moment} ms`;
      usual = Date.now() - start;
      if (command === "up") return `${command}, missed after ${moment} ms`;
      await succeed(stack, "up", desired);
      await witness.begin();
    }
    throw new Error("there are no more draws");
  }

  function hit(victim: Victim): void {
    try {
      VICTIMS[victim](engineIn(suite.project.folder)).forEach(kill);
    } catch {
      // The engine has not begun, or has ended.
    }
  }

  /** Heals by the two commands of docs/recovery.md. */
  async function heal(how: string, desired: PulumiFn): Promise<void> {
    await stack.cancel();
    const { failed, text } = await operate(stack, "up", desired);
    assert.ok(!failed, `${how}: ${text}`);
    for (const { inputs, name } of await childrenOf(stack)) {
      const live = await suite.cluster.find(identityOf(inputs as JsonObject));
      assert.notEqual(live, undefined, `${how}: ${name} is in the cluster`);
    }
    await assertSettled(stack, desired, how);
  }

  /** Every object that there was is the same one after the update is healed. */
  async function keeps(how: string, desired: PulumiFn): Promise<void> {
    const before = uidsIn(await settled(suite.cluster));
    await heal(how, desired);
    const after = uidsIn(await settled(suite.cluster));
    for (const [object, uid] of Object.entries(before)) {
      assert.equal(after[object], uid, `${how}: ${object}`);
    }
  }

  before(async () => {
    stack = await suite.project.stack("kills", program("2.6.4"));
    witness = new Witness(suite.cluster);
  });

  afterEach(async () => {
    // A round that has failed leaves its state.
    await stack.cancel();
    if ((await resourcesOf(stack)).length > 0) await succeed(stack, "destroy");
  });

  for (let round = 1; round <= ROUNDS; round += 1) {
    it(`is healed by another update: round ${round}`, async () => {
      const [old, newer] = [program("2.6.4"), program("2.9.4")];
      const changed = program("2.9.4", `round-${round}`);
      const hits = [await killed("up", old)];
      await keeps(hits[0] ?? "", old);
      await witness.begin();
      for (const desired of [newer, changed]) {
        const how = await killed("up", desired);
        hits.push(how);
        await keeps(how, desired);
        await witness.assertKept(how);
      }
      const how = await killed("destroy", changed);
      hits.push(how);
      await settled(suite.cluster);
      const left = await witness.uids();
      const lost = Object.keys(left).filter((what) => !/^[0-9a-f-]{36}$/.test(left[what] ?? ""));
      await heal(how, changed);
      await witness.assertKept(how, ...(lost as Kept[]));
      await witness.begin();
      await succeed(stack, "destroy");
      await witness.assertUninstalled(how);
      assert.deepEqual(await resourcesOf(stack), []);
      console.log(`      healed: ${hits.join("; ")}`);
    });
  }
});

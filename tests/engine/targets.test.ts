import assert from "node:assert/strict";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { useCluster } from "../support/cluster-suite";
import { assertSettled, instance, operate, succeed, urnOf, type More } from "../support/operation";
import { Witness, WITNESSED } from "../support/witness";

const OURS = "flux-instance:index";
const DEFINITION = [
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
  "flux:gitrepositories.source.toolkit.fluxcd.io",
] as const;
const GATE = [`${OURS}:UninstallGate`, "flux:source-controller"] as const;
const DEPLOYMENT = ["kubernetes:apps/v1:Deployment", "flux:source-controller"] as const;

const TARGETS = [
  DEFINITION,
  GATE,
  DEPLOYMENT,
  [`${OURS}:Identity`, "flux:identity"],
  [`${OURS}:Transition`, "flux:transition"],
  [`${OURS}:Readiness`, "flux:readiness"],
  [
    `${OURS}:Removal`,
    "flux:remove:customresourcedefinition:gitrepositories.source.toolkit.fluxcd.io",
  ],
] as const;

/** What an up says that cannot do without a resource which it leaves out. */
const REFUSED = /Nothing was (changed|deleted)|run `pulumi up` without --target/;

describe("a command for some resources of an instance", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;
  let round = 0;

  /** Every call changes every object. */
  const changed = (): PulumiFn => {
    round += 1;
    const commonMetadata = { labels: { round: String(round) } };
    const { kubeconfig } = suite.cluster;
    return instance(() => ({ ...WITNESSED, commonMetadata, kubeconfig }));
  };

  /** The next up completes what the command has begun. */
  async function converges(message: string, program: PulumiFn): Promise<void> {
    await witness.assertKept(message);
    await succeed(stack, "up", program);
    await witness.assertKept(`${message}, then an up`);
    await assertSettled(stack, program, message);
  }

  before(async () => {
    const program = changed();
    stack = await suite.project.stack("targets", program);
    await succeed(stack, "up", program);
    witness = new Witness(suite.cluster);
    await witness.begin();
  });

  for (const [type, name] of TARGETS) {
    it(`loses nothing: up with and without ${type} ${name}`, async () => {
      const urns = [await urnOf(stack, type, name)];
      const program = changed();
      const ways: Readonly<Record<string, More>> = {
        "--exclude": { exclude: urns },
        "--target": { target: urns },
        "--target-replace": { target: urns, replace: urns },
      };
      for (const [way, more] of Object.entries(ways)) {
        const { failed, text } = await operate(stack, "up", program, undefined, more);
        if (failed) assert.match(text, REFUSED, way);
        await witness.assertKept(`${way} ${name}`);
      }
      await converges(name, program);
    });
  }

  for (const [type, name] of [DEFINITION, GATE, DEPLOYMENT]) {
    it(`loses no custom resource: destroy of ${type} ${name} and what depends on it`, async () => {
      const target = [await urnOf(stack, type, name)];
      await succeed(stack, "destroy", undefined, { target, targetDependents: true });
      await converges(`destroy --target ${name}`, changed());
    });
  }

  it("goes as a whole after all of that", async () => {
    await succeed(stack, "destroy");
    await witness.assertUninstalled("a destroy");
  });
});

import assert from "node:assert/strict";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { useCluster } from "../support/cluster-suite";
import { runPulumi } from "../support/command-line";
import { Recorder } from "../support/engine";
import { FluxInstance } from "../support/flux-instance";
import { Interruption } from "../support/interruption";
import {
  assertSettled,
  instance,
  operate,
  resourcesOf,
  succeed,
  urnOf,
} from "../support/operation";
import { engineIn } from "../support/processes";
import { Witness, WITNESSED } from "../support/witness";

const OURS = "flux-instance:index";
const DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
const MORE = { components: [...WITNESSED.components, "notification-controller"] };

const REPLACED = [
  [`${OURS}:Readiness`, "flux:readiness"],
  [`${OURS}:Removal`, "flux:remove:kustomization:flux-system"],
  [`${OURS}:Identity`, "flux:identity"],
] as const;

const FORGOTTEN = [
  [DEFINITION, "flux:gitrepositories.source.toolkit.fluxcd.io"],
  [`${OURS}:UninstallGate`, "flux:kustomize-controller"],
  [`${OURS}:Transition`, "flux:transition"],
] as const;

const never = () => new Promise<never>(() => undefined);

describe("a state that is not the newest one", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;

  const args = (more: object = {}) => ({
    ...WITNESSED,
    ...more,
    kubeconfig: suite.cluster.kubeconfig,
  });
  const program = (more: object = {}): PulumiFn => instance(() => args(more));

  /** The engine deletes what was replaced when the program has ended, so this one decides when. */
  const programThatEndsWith = (end: () => Promise<unknown>): PulumiFn => {
    return async () => {
      const { ready } = new FluxInstance("flux", args());
      await new Promise((resolve) => ready.apply(resolve));
      await end();
    };
  };

  const killEngine = (): void => {
    process.kill(engineIn(suite.project.folder).pid, "SIGKILL");
  };

  async function installs(more: object = {}): Promise<void> {
    await succeed(stack, "up", program(more));
    await witness.begin();
  }

  async function destroys(message: string): Promise<void> {
    await succeed(stack, "destroy");
    await witness.assertUninstalled(message);
    assert.deepEqual(await resourcesOf(stack), [], message);
  }

  /** The next up finds everything as it was, and the one after that has nothing to do. */
  async function converges(message: string, more: object = {}): Promise<void> {
    await succeed(stack, "up", program(more));
    await witness.assertKept(message);
    await assertSettled(stack, program(more), message);
    await witness.assertKept(`${message}, then an up`);
  }

  before(async () => {
    stack = await suite.project.stack("states", program());
    witness = new Witness(suite.cluster);
  });

  for (const [type, name] of REPLACED) {
    describe(`after an engine was killed that replaced ${name}`, () => {
      beforeEach(() => installs());

      const creates = ({ resourcePreEvent }: EngineEvent): boolean =>
        resourcePreEvent?.metadata.op === "create-replacement" &&
        resourcePreEvent.metadata.type === type;

      /** Runs an up that does not come to its end. */
      async function breaks(end: () => Promise<unknown>, recorder: Recorder): Promise<void> {
        const replace = [await urnOf(stack, type, name)];
        const killed = await operate(stack, "up", programThatEndsWith(end), recorder, { replace });
        assert.ok(killed.failed);
        await stack.cancel();
        await witness.assertKept("killed");
      }

      it("is destroyed at once: while the new one was being created", async () => {
        const interruption = new Interruption(creates, killEngine);
        await breaks(never, interruption);
        await interruption.done();
        await destroys(name);
      });

      it("is destroyed at once: before the old one was deleted", async () => {
        await breaks(() => {
          killEngine();
          return never();
        }, new Recorder());
        await destroys(name);
      });
    });
  }

  it("is destroyed at once with a state from before a replacement of Readiness", async () => {
    await installs();
    const old = await stack.exportStack();
    const replace = [await urnOf(stack, `${OURS}:Readiness`, "flux:readiness")];
    await succeed(stack, "up", program(), { replace });
    await stack.importStack(old);
    await destroys("a state from before a replacement");
  });

  describe("from before an up that added a component", () => {
    beforeEach(async () => {
      await installs();
      const old = await stack.exportStack();
      await succeed(stack, "up", program(MORE));
      await stack.importStack(old);
    });

    it("is brought up to date by the next up, and destroyed", async () => {
      await converges("an up with the old state", MORE);
      await destroys("then a destroy");
    });

    it("is destroyed, or told what is left and how, and that way works", async () => {
      const { failed, text } = await operate(stack, "destroy");
      assert.ok(failed, text);
      assert.match(text, /are left in the cluster: .*notification-controller/);
      assert.match(
        text,
        /Run `pulumi up` with the FluxInstance in the program, then `pulumi destroy`/,
      );
      await succeed(stack, "up", program(MORE));
      await destroys("the way that was told");
    });
  });

  describe("from which resources were deleted", () => {
    before(() => installs());

    for (const [type, name] of FORGOTTEN) {
      it(`is completed by the next up: ${type} ${name} and what depends on it`, async () => {
        const urn = await urnOf(stack, type, name);
        await runPulumi(stack, "state", "delete", urn, "--target-dependents", "--yes");
        await converges(name);
      });
    }

    after(() => destroys("the end"));
  });
});

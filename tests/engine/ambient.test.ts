import assert from "node:assert/strict";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { idOf } from "../../provider/core/lifecycle/ownership";
import { identity, startCluster, type Cluster } from "../support/cluster";
import { useCleanup } from "../support/cleanup";
import { useCluster } from "../support/cluster-suite";
import {
  assertSettled,
  idsIn,
  instance,
  operate,
  resourcesOf,
  succeed,
  withEnvironment,
  type Operation,
} from "../support/operation";
import { assertUntouched, settled, uidsIn } from "../support/snapshot";
import { Witness, WITNESSED } from "../support/witness";

const NOTHING: PulumiFn = () => Promise.resolve({});
const WORKLOAD = identity("apps/v1", "Deployment", "web", "team");
const DEPLOYMENTS = [
  identity("apps/v1", "Deployment", "source-controller", "flux-system"),
  identity("apps/v1", "Deployment", "kustomize-controller", "flux-system"),
];

describe("the ambient kubeconfig of an instance", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  const atEnd = useCleanup();
  let other: Cluster;
  let stack: Stack;
  let witness: Witness;

  const program = instance(() => WITNESSED);
  const named = (): PulumiFn =>
    instance(() => ({ ...WITNESSED, kubeconfig: other.kubeconfig }), undefined, "theirs");

  /** Runs something where KUBECONFIG names a cluster. */
  const within = <Result>({ kubeconfigFile }: Cluster, run: () => Promise<Result>) =>
    withEnvironment(stack, { KUBECONFIG: kubeconfigFile }, run);

  /** Refreshes where KUBECONFIG names the other cluster, which may fail. */
  const refreshThere = () => within(other, () => operate(stack, "refresh", program));

  /** In the state are the same resources, and in both clusters the same objects, as before. */
  async function assertRefused(what: string, refuse: () => Promise<Operation>): Promise<void> {
    const before = await Promise.all([suite.cluster, other].map(settled));
    const state = await idsIn(stack);
    const { failed, text } = await within(other, refuse);
    assert.ok(failed, text);
    assert.match(text, /another cluster|belongs to another FluxInstance/, what);
    await assertUntouched(suite.cluster, before[0] ?? {}, `${what}, here`);
    await assertUntouched(other, before[1] ?? {}, `${what}, there`);
    assert.deepEqual(await idsIn(stack), state, `${what}: the state`);
  }

  before(async function () {
    other = await startCluster(this);
    atEnd(() => other.stop());
    stack = await suite.project.stack("ambient", program);
    await within(suite.cluster, () => succeed(stack, "up", program));
    witness = new Witness(suite.cluster);
    await witness.begin();
  });

  it("loses nothing by a refresh in another, empty cluster and an up in the right one", async () => {
    const before = uidsIn(await settled(suite.cluster));
    await refreshThere();
    await within(suite.cluster, async () => {
      await succeed(stack, "up", program);
      await assertSettled(stack, program);
    });
    assert.deepEqual(uidsIn(await settled(suite.cluster)), before);
    await witness.assertKept("a refresh in another cluster, then an up");
  });

  it("prunes nothing by a refresh in another, empty cluster and a destroy in the right one", async () => {
    await refreshThere();
    await within(suite.cluster, async () => {
      const destroyed = await operate(stack, "destroy");
      if (destroyed.failed) {
        assert.match(destroyed.text, /pulumi up/);
        await witness.assertKept("a destroy that fails");
        await succeed(stack, "up", program);
        await succeed(stack, "destroy");
      }
    });
    assert.deepEqual(await resourcesOf(stack), []);
    await assertGone(suite.cluster);
    assert.notEqual(await suite.cluster.find(WORKLOAD), undefined);
  });

  it("is not asked to delete what is in another cluster that has a Flux", async () => {
    await within(suite.cluster, () => succeed(stack, "up", program));
    await witness.begin();
    const theirs = await suite.project.stack("theirs", named());
    await succeed(theirs, "up", named());
    await new Witness(other).begin();
    await assertRefused("destroy", () => operate(stack, "destroy"));
    const more = { continueOnError: true };
    await assertRefused("destroy --continue-on-error", () =>
      operate(stack, "destroy", undefined, undefined, more),
    );
    await assertRefused("taken out", () => operate(stack, "up", NOTHING));
    await assertRefused("taken out, --continue-on-error", () =>
      operate(stack, "up", NOTHING, undefined, more),
    );
    await assertRefused("up", () => operate(stack, "up", program));
  });

  it("is asked to delete everything in the right cluster", async () => {
    const before = await settled(other);
    await within(suite.cluster, () => succeed(stack, "up", NOTHING));
    assert.deepEqual(
      (await resourcesOf(stack)).filter(({ name }) => name.startsWith("flux")),
      [],
    );
    await assertGone(suite.cluster);
    assert.notEqual(await suite.cluster.find(WORKLOAD), undefined);
    await assertUntouched(other, before, "taken out in the right cluster");
  });
});

/** Nothing of an instance is left but its Namespace. */
async function assertGone(cluster: Cluster): Promise<void> {
  for (const deployment of DEPLOYMENTS) assert.equal(await cluster.find(deployment), undefined);
  const kind = "CustomResourceDefinition";
  assert.deepEqual(await cluster.list("apiextensions.k8s.io/v1", kind), []);
  const roles = await cluster.list("rbac.authorization.k8s.io/v1", "ClusterRole");
  assert.deepEqual(
    roles.filter((role) => idOf(role) !== undefined),
    [],
  );
}

import assert from "node:assert/strict";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { identity, metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { hold, letGo } from "../support/hold";
import type { Identity } from "../support/kubernetes/identity";
import {
  assertSettled,
  instance,
  namesOf,
  objectSteps,
  operate,
  succeed,
  urnOf,
} from "../support/operation";
import { Witness, WITNESSED } from "../support/witness";

const FLUX = "flux-system";
const RBAC = "rbac.authorization.k8s.io/v1";
const DEPLOYMENT = identity("apps/v1", "Deployment", "source-controller", FLUX);
const SYNC = identity("kustomize.toolkit.fluxcd.io/v1", "Kustomization", FLUX, FLUX);

/** One object of each sort, without the CRDs, with which custom resources would go. */
const OBJECTS: readonly Identity[] = [
  DEPLOYMENT,
  SYNC,
  identity("v1", "Service", "source-controller", FLUX),
  identity("v1", "ServiceAccount", "kustomize-controller", FLUX),
  identity("v1", "ResourceQuota", "critical-pods-flux-system", FLUX),
  identity(RBAC, "ClusterRole", "crd-controller-flux-system"),
  identity(RBAC, "ClusterRoleBinding", "cluster-reconciler-flux-system"),
  identity("networking.k8s.io/v1", "NetworkPolicy", "allow-egress", FLUX),
];

describe("objects that somebody has deleted", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;

  const program = (args: object = {}): PulumiFn =>
    instance(() => ({ ...WITNESSED, ...args, kubeconfig: suite.cluster.kubeconfig }));

  /** Deletes an object, and waits until it is gone. */
  async function remove(object: Identity): Promise<void> {
    await suite.cluster.remove(object);
    while ((await suite.cluster.find(object)) !== undefined);
  }

  async function assertThere(objects: readonly Identity[]): Promise<void> {
    for (const object of objects) {
      assert.notEqual(await suite.cluster.find(object), undefined, object.name);
    }
  }

  before(async () => {
    stack = await suite.project.stack("missing", program());
    await succeed(stack, "up", program());
    witness = new Witness(suite.cluster);
    await witness.begin();
  });

  it("are named in the preview, and made again by a plain update", async () => {
    await remove(DEPLOYMENT);
    const preview = await succeed(stack, "preview", program());
    const replaced = namesOf(objectSteps(preview.recorder.steps()), "replace");
    assert.deepEqual(replaced, ["flux:source-controller"]);
    const warnings = preview.recorder.messages("warning").join("\n");
    assert.match(
      warnings,
      /Missing in the cluster.*: Deployment\/flux-system\/source-controller\./,
    );
    await succeed(stack, "up", program());
    await assertThere([DEPLOYMENT]);
    await witness.assertKept("a Deployment was deleted");
    await assertSettled(stack, program());
  });

  it("may be of any kind, and deleted again", async () => {
    for (const object of OBJECTS) await remove(object);
    await succeed(stack, "up", program());
    await assertThere(OBJECTS);
    await witness.assertKept("many were deleted", "the sync");
    await assertSettled(stack, program());
    await witness.begin();
  });

  it("are a definition with what is stored by it, and the instance's own objects of it", async () => {
    const definition = identity(
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      "kustomizations.kustomize.toolkit.fluxcd.io",
    );
    // Nobody serves the finalizers here.
    const team = identity("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "app", "team");
    await suite.cluster.objects.merge(team, { metadata: { finalizers: null } });
    await remove(definition);
    await succeed(stack, "up", program());
    await assertThere([definition, SYNC]);
    const gone = ["the CRD of Kustomizations", "the sync", "the Kustomization of a team"] as const;
    await witness.assertKept("a definition was deleted", ...gone);
    await assertSettled(stack, program());
    await witness.begin();
  });

  it("are made once, whatever becomes of the resources that count them", async () => {
    const uids = await witness.uids();
    const deployment = metadataOf(await suite.cluster.find(DEPLOYMENT), "uid");
    const transition = await urnOf(stack, "flux-instance:index:Transition", "flux:transition");
    await succeed(stack, "up", program(), { replace: [transition] });
    assert.equal(metadataOf(await suite.cluster.find(DEPLOYMENT), "uid"), deployment);
    assert.deepEqual(await witness.uids(), uids);
    await assertSettled(stack, program());
  });

  it("are waited for while they are being deleted", async () => {
    const { objects } = suite.cluster;
    await hold(objects, DEPLOYMENT);
    await suite.cluster.remove(DEPLOYMENT);
    const former = metadataOf(await suite.cluster.find(DEPLOYMENT), "uid");
    const updating = operate(stack, "up", program({ commonMetadata: { labels: { a: "b" } } }));
    const early = await Promise.race([updating, new Promise((end) => setTimeout(end, 8_000))]);
    assert.equal(early, undefined, "the update waits");
    const waiting = await suite.cluster.find(DEPLOYMENT);
    assert.equal(metadataOf(waiting, "uid"), former);
    await letGo(objects, DEPLOYMENT);
    const { failed, text } = await updating;
    assert.ok(!failed, text);
    assert.match(text, /being deleted.*Deployment\/flux-system\/source-controller/);
    assert.notEqual(metadataOf(await suite.cluster.find(DEPLOYMENT), "uid"), former);
    await witness.assertKept("a Deployment in deletion");
  });

  it("are nothing to a destroy", async () => {
    for (const object of OBJECTS) await remove(object);
    await succeed(stack, "destroy");
    await witness.assertUninstalled("a destroy");
  });
});

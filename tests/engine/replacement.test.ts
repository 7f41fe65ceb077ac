import assert from "node:assert/strict";
import { CustomResource } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { KubernetesProvider } from "../support/cluster-provider";
import { useCluster } from "../support/cluster-suite";
import { runPulumi } from "../support/command-line";
import { FluxInstance } from "../support/flux-instance";
import { assertSettled, resourcesOf, succeed, type StateResource } from "../support/operation";
import { identity, metadataOf } from "../support/cluster";
import { Witness, WITNESSED } from "../support/witness";

const DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
const OURS = "flux-instance:index";

/** One resource of each sort that an instance has. */
const TARGETS = [
  [`${OURS}:FluxInstance`, "flux"],
  [DEFINITION, "flux:gitrepositories.source.toolkit.fluxcd.io"],
  ["kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization", "flux:flux-system"],
  ["kubernetes:source.toolkit.fluxcd.io/v1:GitRepository", "flux:flux-system"],
  ["kubernetes:core/v1:PersistentVolumeClaim", "flux:source-controller"],
  ["kubernetes:core/v1:NamespacePatch", "flux:flux-system"],
  ["kubernetes:apps/v1:Deployment", "flux:source-controller"],
  ["kubernetes:core/v1:ServiceAccount", "flux:source-controller"],
  ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "flux:crd-controller-flux-system"],
  ["pulumi:providers:kubernetes", "flux:kubernetes"],
  [`${OURS}:Identity`, "flux:identity"],
  [`${OURS}:Transition`, "flux:transition"],
  [`${OURS}:StorageMigration`, "flux:before"],
  [`${OURS}:Removal`, "flux:remove:kustomization:flux-system"],
  [`${OURS}:UninstallGate`, "flux:kustomize-controller"],
  [`${OURS}:Readiness`, "flux:readiness"],
] as const;

/** A Kubernetes object of the user's that cannot be moved to another namespace in place. */
class UserConfig extends CustomResource {}

const USER_CONFIG = identity("v1", "ConfigMap", "beside", "flux-system");

describe("a resource of an instance that is replaced", function () {
  this.timeout(20 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let witness: Witness;

  const program: PulumiFn = () => {
    const { kubeconfig } = suite.cluster;
    const flux = new FluxInstance("flux", { ...WITNESSED, kubeconfig });
    const provider = new KubernetesProvider("user", { kubeconfig });
    const metadata = { name: USER_CONFIG.name, namespace: flux.namespace };
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "b" } };
    new UserConfig("kubernetes:core/v1:ConfigMap", "beside", config, { provider });
    return Promise.resolve({});
  };

  const userConfig = async () => metadataOf(await suite.cluster.find(USER_CONFIG), "uid");

  const find = async (type: string, name: string): Promise<StateResource> => {
    const all = await resourcesOf(stack);
    const found = all.find((it) => it.type === type && it.name === name);
    assert.ok(found !== undefined, `${type} ${name} is in the state`);
    return found;
  };

  const names = async () =>
    (await resourcesOf(stack)).map(({ urn }) => urn.split("::").slice(2).join("::")).toSorted();

  /** Runs a change, and then nothing is lost, nothing is left over, and nothing is left to do. */
  async function keepsEverything(what: string, change: () => Promise<unknown>): Promise<void> {
    const [config, state] = [await userConfig(), await names()];
    await change();
    await witness.assertKept(what);
    assert.equal(await userConfig(), config, `${what}: a resource of the user's`);
    assert.deepEqual(await names(), state, `${what}: the state`);
    await assertSettled(stack, program, `${what}: the next up`);
    await witness.assertKept(`${what}, then an up`);
  }

  before(async () => {
    stack = await suite.project.stack("replacement", program);
    await succeed(stack, "up", program);
    witness = new Witness(suite.cluster);
    await witness.begin();
  });

  for (const [type, name] of TARGETS) {
    it(`keeps custom resources, workloads and volumes: --replace of ${type} ${name}`, async () => {
      const { urn } = await find(type, name);
      await keepsEverything(`--replace ${name}`, () => stack.up({ program, replace: [urn] }));
    });
  }

  it("keeps them when all but one of Identity and Transition are tainted at once", async () => {
    const all = (await resourcesOf(stack)).filter(
      ({ type, name }) => name.startsWith("flux:") && !type.endsWith(":Identity"),
    );
    await keepsEverything("taint", async () => {
      const urns = all.filter(({ id }) => id !== undefined && id !== "").map(({ urn }) => urn);
      await runPulumi(stack, "state", "taint", "--yes", ...urns);
      await succeed(stack, "up", program);
    });
  });
});

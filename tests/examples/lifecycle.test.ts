import assert from "node:assert/strict";
import type { Manifest } from "../../provider/core/manifest";
import { connect } from "../../provider/io/cluster/cluster";
import { identity, metadataOf } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { installAs, readAll, removeDefinitions, renderFlux } from "../support/flux-installations";
import { objectSteps, succeed } from "../support/operation";
import { describeStories, fluxDefinitions, secret, type Story } from "../support/stories";

const NAMESPACE = "flux-system";

describe("the example of a lifecycle", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  const kubeconfig = () => secret(suite.cluster.kubeconfig);
  const cluster = () => connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
  const uids = async (manifests: readonly Manifest[]): Promise<readonly string[]> =>
    (await readAll(await cluster(), manifests)).map((object) => metadataOf(object, "uid"));
  let installed: readonly Manifest[] = [];
  let were: readonly string[] = [];

  const adopt: Story = {
    title: "takes over the objects that are there, and needs it once",
    config: async () => {
      const all = await renderFlux(NAMESPACE);
      installed = all.filter(({ kind }) => !["GitRepository", "Kustomization"].includes(kind));
      await installAs("flux install", await cluster(), installed);
      were = await uids(installed);
      return {
        kubeconfig: kubeconfig(),
        version: { value: "2.9.4" },
        adopt: { value: "true" },
      };
    },
    check: async (_up, stack) => {
      assert.deepEqual(await uids(installed), were);
      await stack.setConfig("adopt", { value: "false" });
      const { recorder } = await succeed(stack, "up");
      assert.deepEqual(objectSteps(recorder.steps()), []);
    },
  };

  const uninstall: Story = {
    title: "leaves the custom resources and their definitions with KeepCRDs",
    config: () => ({
      "kubernetes:kubeconfig": kubeconfig(),
      deletionPolicy: { value: "KeepCRDs" },
    }),
    check: async () => {
      await suite.cluster.create({
        apiVersion: "source.toolkit.fluxcd.io/v1",
        kind: "GitRepository",
        metadata: { name: "mine", namespace: "default", finalizers: ["finalizers.fluxcd.io"] },
        spec: { interval: "1h", url: "https://git.example/team/apps.git" },
      });
    },
    gone: async () => {
      const controller = identity("apps/v1", "Deployment", "source-controller", NAMESPACE);
      assert.equal(await suite.cluster.find(controller), undefined);
      assert.ok((await fluxDefinitions(suite.cluster)).length >= 10);
      const [mine] = await suite.cluster.list("source.toolkit.fluxcd.io/v1", "GitRepository");
      assert.equal(metadataOf(mine, "name"), "mine");
      await removeDefinitions(await cluster());
    },
  };

  describeStories(suite, { adopt, uninstall });
});

import assert from "node:assert/strict";
import { output } from "@pulumi/pulumi";
import { identity, startCluster, type Cluster } from "../support/cluster";
import { KubernetesProvider } from "../support/cluster-provider";
import { useCluster } from "../support/cluster-suite";
import { FluxInstance } from "../support/flux-instance";
import type { JsonObject } from "../../provider/core/manifest";
import { identityOf } from "../support/kubernetes/identity";
import { assertSettled, childrenOf, succeed } from "../support/operation";
import { knownLater } from "../support/unknown";

const NAMESPACE = identity("v1", "Namespace", "flux-system");
const SECRET = identity("v1", "Secret", "credentials", "flux-system");

describe("a program that makes its clusters", function () {
  this.timeout(10 * 60_000);
  let clusters: readonly Cluster[] = [];
  const suite = useCluster();

  before(async function () {
    clusters = [suite.cluster, await startCluster(this)];
  });

  after(() => clusters[1]?.stop());

  /** Every input is an Output, and no kubeconfig is known before the `up`. */
  const program = () => {
    for (const [index, { kubeconfig }] of clusters.entries()) {
      const k8s = new KubernetesProvider(`cluster-${index}`, {
        kubeconfig: knownLater(kubeconfig),
      });
      const args = {
        distribution: output({ version: output("2.9.x") }),
        components: output([output("source-controller")]),
        commonMetadata: { labels: output({ cluster: output(`number-${index}`) }) },
      };
      const providers = index === 0 ? [k8s] : { kubernetes: k8s };
      new FluxInstance(`flux-${index}`, args, { providers });
    }
    return Promise.resolve({});
  };

  async function assertInstalled(cluster: Cluster, index: number): Promise<void> {
    const deployment = identity("apps/v1", "Deployment", "source-controller", "flux-system");
    const live = await cluster.find(deployment);
    const labels = (live?.["metadata"] as { labels?: JsonObject } | undefined)?.labels;
    assert.equal(labels?.["cluster"], `number-${index}`);
  }

  it("installs, destroys and installs again, beside what is in the Namespace", async () => {
    const [first, second] = clusters;
    assert.ok(first !== undefined && second !== undefined);
    await first.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE.name } });
    await first.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: SECRET.name, namespace: SECRET.namespace },
      stringData: { password: "x" },
    });
    const stack = await suite.project.stack("two", program);

    const preview = await succeed(stack, "preview", program);
    const planned = preview.recorder.steps().filter(({ type }) => type.startsWith("kubernetes:"));
    await succeed(stack, "up", program);
    const children = await childrenOf(stack);
    assert.deepEqual(
      planned.map(({ name }) => name).sort(),
      children.map(({ name }) => name).sort(),
    );
    await Promise.all(clusters.map(assertInstalled));
    await assertSettled(stack, program);

    await succeed(stack, "destroy");
    for (const cluster of clusters) {
      for (const { inputs } of children) {
        const object = identityOf(inputs as JsonObject);
        const live = await cluster.find(object);
        assert.equal(live === undefined, object.kind !== "Namespace", object.name);
      }
    }
    assert.notEqual(await first.find(SECRET), undefined);

    await succeed(stack, "up", program);
    await Promise.all(clusters.map(assertInstalled));
    assert.notEqual(await first.find(SECRET), undefined);
  });
});

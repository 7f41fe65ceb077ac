import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { JsonObject } from "../../provider/core/manifest";
import { connect } from "../../provider/io/cluster/cluster";
import { identity, metadataOf, startCluster, type Cluster } from "../support/cluster";
import { KubernetesProvider } from "../support/cluster-provider";
import { useCluster } from "../support/cluster-suite";
import { identityOf } from "../support/kubernetes/identity";
import { childrenOf, instance, objectSteps, resourcesOf, succeed } from "../support/operation";
import { knownLater } from "../support/unknown";

const ARGS = { distribution: { version: "2.9.x" }, components: ["source-controller"] };
const DEPLOYMENT = identity("apps/v1", "Deployment", "source-controller", "flux-system");
const ACCOUNT = identity("v1", "ServiceAccount", "installer", "default");
const RBAC = "rbac.authorization.k8s.io";

describe("the cluster of an instance", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let other: Cluster | undefined;
  let stack: Stack;

  const program = (kubeconfig: unknown, more: object = {}) =>
    instance(() => ({ ...ARGS, ...more, kubeconfig }));

  before(async () => {
    stack = await suite.project.stack("identity", program(suite.cluster.kubeconfig));
  });

  after(() => other?.stop());

  it("may be out of reach in a preview", async () => {
    const nowhere = suite.cluster.kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
    const { recorder } = await succeed(stack, "preview", program(nowhere));
    const warnings = recorder.messages("warning");
    assert.equal(warnings.filter((line) => line.includes("could not look")).length, 1);
    assert.ok(objectSteps(recorder.steps()).length > 10);
  });

  it("may be unknown in a preview", async () => {
    const preview = instance(() => ({ ...ARGS, kubeconfig: knownLater("") }));
    const { recorder } = await succeed(stack, "preview", preview);
    assert.ok(objectSteps(recorder.steps()).length > 10);
  });

  it("is the same one with other credentials, and the newest are used", async () => {
    const rotated = await accountKubeconfig(suite.cluster);
    await succeed(stack, "up", program(rotated));
    const uid = metadataOf(await suite.cluster.find(DEPLOYMENT), "uid");
    const current = program(suite.cluster.kubeconfig);
    for (const command of ["preview", "up"] as const) {
      const { recorder } = await succeed(stack, command, current);
      const steps = recorder.steps().filter(({ type }) => !type.startsWith("pulumi:providers:"));
      const others = steps.filter(({ type }) => type !== "flux-instance:index:FluxInstance");
      assert.deepEqual(others, [], command);
    }
    await suite.cluster.remove(ACCOUNT);
    await succeed(stack, "destroy");
    assert.notEqual(uid, "");
    assert.equal(await suite.cluster.find(DEPLOYMENT), undefined);
  });

  it("is another one: everything is made there, and removed here", async function () {
    other = await startCluster(this);
    await succeed(stack, "up", program(suite.cluster.kubeconfig));
    const children = await childrenOf(stack);
    await succeed(stack, "up", program(other.kubeconfig));
    for (const { inputs, name } of children) {
      const object = identityOf(inputs as JsonObject);
      assert.notEqual(await other.find(object), undefined, name);
      if (object.kind === "Namespace") continue;
      assert.equal(await suite.cluster.find(object), undefined, name);
    }
    const clusters = (await resourcesOf(stack)).flatMap(({ inputs }) => inputs?.["cluster"] ?? []);
    assert.equal(new Set(clusters).size, 1);
    const again = await succeed(stack, "up", program(other.kubeconfig));
    assert.deepEqual(again.recorder.steps(), []);
    await succeed(stack, "destroy");
    assert.equal(await other.find(DEPLOYMENT), undefined);
  });

  it("is that of a provider of the user's, which needs no setting for what is adopted", async () => {
    const account = identity("v1", "ServiceAccount", "source-controller", "default");
    const metadata = { name: account.name, namespace: account.namespace };
    await suite.cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
    const uid = metadataOf(await suite.cluster.find(account), "uid");
    const { kubeconfig } = suite.cluster;
    const adopting = instance(
      () => ({ ...ARGS, namespace: "default", adopt: true }),
      () => ({ providers: [new KubernetesProvider("own", { kubeconfig })] }),
    );
    await succeed(stack, "preview", adopting);
    await succeed(stack, "up", adopting);
    assert.equal(metadataOf(await suite.cluster.find(account), "uid"), uid);
    await succeed(stack, "destroy");
  });
});

/** The kubeconfig of an administrator with a token that ends with its service account. */
async function accountKubeconfig({ kubeconfig }: Cluster): Promise<string> {
  const cluster = await connect({ kubeconfig }, { surroundings: {} });
  const { name, namespace } = ACCOUNT;
  const type = (group: string, plural: string) => ({ group, version: "v1", plural });
  await cluster.create(type("", "serviceaccounts"), { metadata: { name } }, { namespace });
  await cluster.create(type(RBAC, "clusterrolebindings"), {
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  const request = await cluster.session.sendForObject("get a token", {
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  });
  const { token } = request["status"] as { token: string };
  const config = parse(kubeconfig) as JsonObject & { users: readonly { name: string }[] };
  const users = config.users.map((user) => ({ name: user.name, user: { token } }));
  return JSON.stringify({ ...config, users });
}

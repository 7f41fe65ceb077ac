import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { listAt, objectAt, textAt } from "../../provider/core/deployment";
import { isObject, type JsonObject } from "../../provider/core/manifest";
import { identity, metadataOf, startCluster, type Cluster } from "../support/cluster";
import { useCluster } from "../support/cluster-suite";
import { stateFiles } from "../support/engine";
import { operate, resourcesOf } from "../support/operation";
import { USER } from "../support/registries/registry-with-login";
import { startSignedRelease, type SignedRelease } from "../support/registries/signed-release";
import { describeStories, fluxDefinitions, secret, type Story } from "../support/stories";
import { requireTools } from "../tools/require-tools";

const NAMESPACE = "flux-system";

describe("the example", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  const kubeconfig = () => secret(suite.cluster.kubeconfig);
  let release: SignedRelease | undefined;
  let second: Cluster | undefined;

  before(async function () {
    const { registry } = await requireTools(this, ["registry"]);
    release = await startSignedRelease(registry, "flux/manifests", "v2.9.4");
    second = await startCluster(this);
  });
  after(async () => {
    await second?.stop();
    await release?.stop();
  });

  const started = <Part>(part: Part | undefined): Part => {
    assert.ok(part !== undefined, "all starts with the suite");
    return part;
  };
  const deployment = async (name: string, cluster = suite.cluster): Promise<JsonObject> =>
    (await cluster.find(identity("apps/v1", "Deployment", name, NAMESPACE))) ?? {};
  const podOf = async (name: string): Promise<JsonObject> =>
    objectAt(objectAt(objectAt(await deployment(name), "spec"), "template"), "spec");
  const containerOf = async (name: string): Promise<JsonObject> => {
    const [container] = listAt(await podOf(name), "containers");
    return isObject(container) ? container : {};
  };
  const argsOf = async (name: string): Promise<readonly string[]> =>
    listAt(await containerOf(name), "args").filter((arg) => typeof arg === "string");

  /** It makes the namespace of Flux, which the other ones leave: so it is the first one. */
  const airGapped: Story = {
    title: "takes a signed release and the images from the private registry",
    differs: ["regcred"],
    config: () => ({
      "kubernetes:kubeconfig": kubeconfig(),
      registry: { value: started(release).address },
      username: { value: USER.username },
      password: secret(USER.password),
      cosignPublicKey: { value: started(release).publicKey },
    }),
    check: async ({ outputs, text }, stack) => {
      assert.equal(outputs["artifactDigest"], started(release).digest);
      const image = textAt(await containerOf("source-controller"), "image");
      assert.match(image, /\/fluxcd\/source-controller:v[\d.]+@sha256:/);
      assert.ok(image.startsWith(started(release).address), image);
      const pod = await podOf("source-controller");
      assert.deepEqual(listAt(pod, "imagePullSecrets"), [{ name: "regcred" }]);
      const login = await suite.cluster.find(identity("v1", "Secret", "regcred", NAMESPACE));
      const file = textAt(objectAt(login ?? {}, "data"), ".dockerconfigjson");
      assert.deepEqual(JSON.parse(Buffer.from(file, "base64").toString()), {
        auths: { [started(release).address]: USER },
      });
      assert.ok(!(text + stateFiles(suite.project)).includes(USER.password));
      const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const stranger = publicKey.export({ type: "spki", format: "pem" }).toString();
      await stack.setConfig("cosignPublicKey", { value: stranger });
      const refused = await operate(stack, "preview");
      assert.match(refused.recorder.messages("error").join("\n"), /distribution\.verify/);
      await stack.setConfig("cosignPublicKey", { value: started(release).publicKey });
    },
  };

  const provider: Story = {
    title: "installs by the provider of the program only",
    config: () => ({ kubeconfig: kubeconfig() }),
    check: async (_up, stack) => {
      const children = (await resourcesOf(stack)).filter(({ type }) =>
        type.startsWith("kubernetes:"),
      );
      assert.ok(children.length > 30);
      // The instance has a provider of its own, with what the program's provider has. There is no other cluster in this story.
      for (const child of children) {
        const { provider: reference } = child as { readonly provider?: string };
        assert.match(reference ?? "", /^urn:.*pulumi:providers:kubernetes::flux:kubernetes::/);
      }
      assert.equal(metadataOf(await deployment("source-controller"), "namespace"), NAMESPACE);
    },
  };

  const fleet: Story = {
    title: "installs the Flux of each cluster there",
    config: () => ({
      "clusters.staging": { value: "2.9.x" },
      "clusters.production": { value: "2.8.x" },
      "kubeconfig-staging": kubeconfig(),
      "kubeconfig-production": secret(started(second).kubeconfig),
    }),
    check: async ({ outputs }) => {
      const { staging = "", production = "" } = outputs["versions"] as Record<string, string>;
      assert.match(staging, /^v2\.9\./);
      assert.match(production, /^v2\.8\./);
      for (const [cluster, version] of [
        [suite.cluster, staging],
        [started(second), production],
      ] as const) {
        const labels = objectAt(
          objectAt(await deployment("source-controller", cluster), "metadata"),
          "labels",
        );
        assert.equal(labels["app.kubernetes.io/version"], version);
      }
    },
    gone: async () => {
      for (const cluster of [suite.cluster, started(second)])
        assert.deepEqual(await fluxDefinitions(cluster), []);
    },
  };

  const tenants: Story = {
    title: "locks Flux down, and lets each tenant act in its own namespace",
    config: () => ({
      "kubernetes:kubeconfig": kubeconfig(),
      "tenants[0]": { value: "team-a" },
      "tenants[1]": { value: "team-b" },
    }),
    check: async () => {
      const args = await argsOf("kustomize-controller");
      assert.ok(args.includes("--no-cross-namespace-refs=true"), args.join(" "));
      assert.ok(args.includes("--default-service-account=flux"), args.join(" "));
      for (const tenant of ["team-a", "team-b"]) {
        const kind = identity("rbac.authorization.k8s.io/v1", "RoleBinding", "flux", tenant);
        const { subjects } = (await suite.cluster.find(kind)) ?? {};
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "flux", namespace: tenant }]);
        const account = identity("v1", "ServiceAccount", "flux", tenant);
        assert.ok((await suite.cluster.find(account)) !== undefined);
      }
    },
  };

  const sharding: Story = {
    title: "runs a copy of the controllers for each shard",
    config: () => ({
      "kubernetes:kubeconfig": kubeconfig(),
      "shards[0]": { value: "tenants-a" },
      "shards[1]": { value: "tenants-b" },
    }),
    check: async () => {
      for (const shard of ["tenants-a", "tenants-b"])
        for (const name of ["source-controller", "kustomize-controller", "helm-controller"]) {
          const args = await argsOf(`${name}-${shard}`);
          const selector = `--watch-label-selector=sharding.fluxcd.io/key=${shard}`;
          assert.ok(args.includes(selector), args.join(" "));
        }
    },
  };

  describeStories(suite, {
    "air-gapped": airGapped,
    provider,
    fleet,
    tenants,
    sharding,
  });
});

import assert from "node:assert/strict";
import { objectAt, textAt } from "../../../provider/core/deployment";
import { argsOf } from "../../../provider/core/import/args";
import type { Observed } from "../../../provider/core/import/observed";
import type { JsonObject, Manifest } from "../../../provider/core/manifest";
import { ParsedFiles } from "../../../provider/io/parsed-files";
import { prepare } from "../../../provider/io/prepare";

const DISTRIBUTION = { version: "2.9.4" };

/** What a cluster has where these args were installed. */
async function observedOf(args: JsonObject): Promise<Observed> {
  const prepared = await prepare(args, { files: new ParsedFiles(), strict: false });
  assert.ok(!("undecided" in prepared));
  const manifests = prepared.rendered.objects.map(({ manifest }) => manifest);
  const of = (...kinds: readonly string[]) => manifests.filter(({ kind }) => kinds.includes(kind));
  const first = (found: readonly Manifest[], key: string) =>
    found[0] === undefined ? {} : { [key]: found[0] };
  return {
    namespace: prepared.spec.namespace,
    deployments: of("Deployment"),
    definitionVersion: "",
    claims: of("PersistentVolumeClaim"),
    hasNetworkPolicies: of("NetworkPolicy").length > 0,
    isOpenShift: prepared.spec.cluster.type === "openshift",
    ...first(of("Kustomization"), "kustomization"),
    ...first(of("GitRepository", "OCIRepository", "Bucket"), "source"),
  };
}

describe("argsOf", () => {
  const sync = {
    kind: "GitRepository",
    url: "https://example.com/fleet.git",
    ref: "refs/heads/main",
    path: "clusters/one",
    interval: "1m0s",
  };
  const cases: Readonly<Record<string, JsonObject>> = {
    "the defaults": {},
    "another namespace": { namespace: "flux" },
    components: { components: ["source-controller", "kustomize-controller", "source-watcher"] },
    "a mirror": {
      distribution: { ...DISTRIBUTION, registry: "registry.test/flux", imagePullSecret: "pull" },
    },
    "a small cluster": { cluster: { size: "small" } },
    "a large cluster without policies": { cluster: { size: "large", networkPolicy: false } },
    OpenShift: { cluster: { type: "openshift", domain: "cluster.test" } },
    tenants: { cluster: { multitenant: true } },
    "tenants with an account": {
      cluster: { multitenant: true, tenantDefaultServiceAccount: "flux" },
    },
    "workload identity": { cluster: { objectLevelWorkloadIdentity: true } },
    "workload identity of tenants": {
      cluster: {
        objectLevelWorkloadIdentity: true,
        multitenantWorkloadIdentity: true,
        tenantDefaultServiceAccount: "flux",
        tenantDefaultDecryptionServiceAccount: "sops",
        tenantDefaultKubeConfigServiceAccount: "remote",
      },
    },
    storage: { storage: { class: "fast", size: "10Gi" } },
    shards: { sharding: { shards: ["one", "two"] } },
    "shards by a key with volumes": {
      storage: { class: "fast", size: "10Gi" },
      sharding: { key: "example.com/shard", shards: ["one"], storage: "persistent" },
    },
    "a Git repository": { sync: { ...sync, pullSecret: "token", provider: "github" } },
    "an OCI repository": {
      sync: { ...sync, kind: "OCIRepository", url: "oci://registry.test/fleet", ref: "latest" },
    },
    "a bucket": {
      sync: { ...sync, kind: "Bucket", url: "minio.test", ref: "fleet", provider: "aws" },
    },
  };
  for (const [title, args] of Object.entries(cases)) {
    it(`finds ${title} again`, async () => {
      const whole = { distribution: DISTRIBUTION, ...args };
      const found = argsOf(await observedOf(whole));
      assert.deepEqual(found, { args: { ...whole, adopt: true }, gaps: [] });
    });
  }

  it("tells what it can't say", async () => {
    const observed = await observedOf({ distribution: DISTRIBUTION });
    const deployments = observed.deployments.map((deployment) => {
      const metadata = objectAt(deployment, "metadata");
      const isHelm = textAt(metadata, "name") === "helm-controller";
      const name = isHelm ? "flux-bot" : textAt(metadata, "name");
      return { ...deployment, metadata: { name } };
    });
    const { args, gaps } = argsOf({ ...observed, deployments });
    assert.deepEqual(args["components"], [
      "source-controller",
      "kustomize-controller",
      "notification-controller",
    ]);
    assert.equal(gaps.length, 2);
    assert.match(gaps[0]!, /no label tells the version/);
    assert.match(gaps[1]!, /^Deployment flux-bot /);
  });

  it("knows the version by a CRD", async () => {
    const observed = await observedOf({ distribution: DISTRIBUTION });
    const deployments = observed.deployments.map((deployment) => {
      const { name } = objectAt(deployment, "metadata");
      return { ...deployment, metadata: { name } };
    });
    const { args } = argsOf({ ...observed, deployments, definitionVersion: "v2.8.1" });
    assert.deepEqual(args["distribution"], { version: "2.8.1" });
  });
});

import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { listAt, objectAt, textAt } from "../../provider/core/deployment";
import { managedFieldsOf } from "../../provider/core/lifecycle/ownership";
import { isObject, type JsonObject, type Manifest } from "../../provider/core/manifest";
import { connect, type Cluster } from "../../provider/io/cluster/cluster";
import { useCluster } from "../support/cluster-suite";
import { installAs, readAll, renderFlux } from "../support/flux-installations";
import { assertSettled, instance, operate, succeed } from "../support/operation";

const NAMESPACE = "flux-system";

const ARGS = {
  // No controllers run here: a sync never gets ready.
  wait: false,
  distribution: { version: "2.9.4" },
  sync: {
    kind: "GitRepository",
    url: "https://example.com/fleet.git",
    ref: "refs/heads/main",
    path: "clusters/one",
  },
};

const uids = (live: readonly JsonObject[]) => live.map((it) => objectAt(it, "metadata")["uid"]);

/** Who wrote which fields, and when; the status goes on changing, whoever looks. */
const writesOf = (live: JsonObject) =>
  managedFieldsOf(live).filter((owner) => textAt(owner, "subresource") === "");

describe("an instance where Flux is already", function () {
  this.timeout(10 * 60_000);
  const suite = useCluster();
  let stack: Stack;
  let cluster: Cluster;
  let manifests: readonly Manifest[];
  let bootstrapped: readonly JsonObject[];

  const program = (args: object = {}) =>
    instance(() => ({ ...ARGS, ...args, kubeconfig: suite.cluster.kubeconfig }));

  const named = (live: readonly JsonObject[], kind: string, name: string): JsonObject =>
    live[manifests.findIndex((it) => it.kind === kind && it.metadata.name === name)] ?? {};

  const podOf = (live: readonly JsonObject[], name: string) =>
    objectAt(objectAt(named(live, "Deployment", name), "spec"), "template");

  const argsOf = (live: readonly JsonObject[], name: string) => {
    const [container] = listAt(objectAt(podOf(live, name), "spec"), "containers");
    return isObject(container) ? listAt(container, "args") : [];
  };

  before(async () => {
    stack = await suite.project.stack("adoption", program());
    cluster = await connect({ kubeconfig: suite.cluster.kubeconfig }, { surroundings: {} });
    manifests = await renderFlux(NAMESPACE);
    await installAs("flux bootstrap", cluster, manifests);
    bootstrapped = await readAll(cluster, manifests);
  });

  it("is refused in the preview without adopt, and the owner is named", async () => {
    const { failed, text } = await operate(stack, "preview", program());
    assert.ok(failed);
    assert.match(text, /Already in the cluster, and not from this stack/);
    assert.match(text, /Kustomization flux-system\/flux-system/);
    assert.match(text, /Set `adopt: true`/);
    const after = await readAll(cluster, manifests);
    assert.deepEqual(after.map(writesOf), bootstrapped.map(writesOf));
  });

  it("takes it over in place, with nothing left to do after", async () => {
    const adopting = program({ adopt: true });
    await succeed(stack, "preview", adopting);
    await succeed(stack, "up", adopting);
    const after = await readAll(cluster, manifests);
    assert.deepEqual(uids(after), uids(bootstrapped));
    assert.deepEqual(podOf(after, "source-controller"), podOf(bootstrapped, "source-controller"));
    assert.ok(argsOf(bootstrapped, "kustomize-controller").includes("--old-flag"));
    assert.ok(!argsOf(after, "kustomize-controller").includes("--old-flag"));
    const source = objectAt(named(after, "GitRepository", NAMESPACE), "spec");
    assert.deepEqual(source["ref"], { name: "refs/heads/main" });
    await assertSettled(stack, adopting);
    const without = await succeed(stack, "up", program());
    assert.deepEqual(
      without.recorder.steps().filter(({ type }) => type.startsWith("kubernetes:")),
      [],
    );
    assert.deepEqual(uids(await readAll(cluster, manifests)), uids(bootstrapped));
  });
});

import assert from "node:assert/strict";
import { objectAt } from "../../../../provider/core/deployment";
import type { JsonObject, Manifest } from "../../../../provider/core/manifest";
import { objectOf, patched, rendered } from "./rendering";

const rename = (value: string) => [{ op: "replace", path: "/metadata/name", value }];
const roleRef = (name: string) => [{ op: "replace", path: "/roleRef/name", value: name }];
const subject = (value: object) => [{ op: "add", path: "/subjects/-", value }];

const podSpec = (deployment: Manifest) =>
  objectAt(objectAt(objectAt(deployment, "spec"), "template"), "spec");

const roleOf = (binding: Manifest) => objectAt(binding, "roleRef")["name"];

const lastSubject = (binding: Manifest) =>
  (binding["subjects"] as unknown as readonly JsonObject[]).at(-1);

const CLAIMED = { storage: { class: "standard", size: "1Gi" } };

describe("references", () => {
  it("of bindings follow the roles, which are renamed by namespace", async () => {
    const plain = await rendered({ namespace: "gitops" });
    const own = objectOf(plain, "ClusterRoleBinding", "crd-controller-gitops");
    const builtIn = objectOf(plain, "ClusterRoleBinding", "cluster-reconciler-gitops");
    assert.deepEqual([roleOf(own), roleOf(builtIn)], ["crd-controller-gitops", "cluster-admin"]);
  });

  it("of bindings follow also where a patch sets them", async () => {
    const target = { kind: "ClusterRoleBinding", name: "cluster-reconciler" };
    const result = await patched(target, roleRef("flux-edit"));
    const bound = objectOf(result, "ClusterRoleBinding", "cluster-reconciler-flux-system");
    assert.equal(roleOf(bound), "flux-edit-flux-system");
  });

  it("show the name in the release to a patch", async () => {
    const target = { kind: "ClusterRoleBinding", name: "crd-controller" };
    const test = [{ op: "test", path: "/roleRef/name", value: "crd-controller" }];
    await patched(target, test);
  });

  it("follow a role that a patch renames", async () => {
    const result = await patched({ kind: "ClusterRole", name: "crd-controller" }, rename("crds"));
    const bound = objectOf(result, "ClusterRoleBinding", "crd-controller-flux-system");
    assert.equal(roleOf(bound), "crds");
  });

  it("follow a ServiceAccount that a patch renames", async () => {
    const target = { kind: "ServiceAccount", name: "source-controller" };
    const result = await patched(target, rename("sources"));
    const deployment = objectOf(result, "Deployment", "source-controller");
    assert.equal(podSpec(deployment)["serviceAccountName"], "sources");
    const bound = objectOf(result, "ClusterRoleBinding", "crd-controller-flux-system");
    assert.match(JSON.stringify(bound["subjects"]), /"sources"/);
    assert.doesNotMatch(JSON.stringify(bound["subjects"]), /"source-controller"/);
  });

  it("of a new subject get the namespace of the account", async () => {
    const target = { kind: "ClusterRoleBinding", name: "cluster-reconciler" };
    const account = { kind: "ServiceAccount", name: "source-controller" };
    const result = await patched(target, subject(account), { namespace: "gitops" });
    const bound = objectOf(result, "ClusterRoleBinding", "cluster-reconciler-gitops");
    assert.deepEqual(lastSubject(bound), { ...account, namespace: "gitops" });
  });

  it("of a subject in another namespace stay", async () => {
    const target = { kind: "ClusterRoleBinding", name: "cluster-reconciler" };
    const account = { kind: "ServiceAccount", name: "source-controller", namespace: "other" };
    const result = await patched(target, subject(account));
    const bound = objectOf(result, "ClusterRoleBinding", "cluster-reconciler-flux-system");
    assert.deepEqual(lastSubject(bound), account);
  });

  it("follow a renamed claim", async () => {
    const result = await patched({ kind: "PersistentVolumeClaim" }, rename("disk"), CLAIMED);
    const deployment = objectOf(result, "Deployment", "source-controller");
    assert.match(JSON.stringify(podSpec(deployment)["volumes"]), /"claimName":"disk"/);
  });

  it("mean the claim of the same shard", async () => {
    const sharding = { shards: ["a", "b"], storage: "persistent" };
    const { objects } = await rendered({ ...CLAIMED, sharding });
    const claims = objects
      .map(({ manifest }) => manifest)
      .filter(({ kind }) => kind === "Deployment")
      .map((deployment) => /"claimName":"([^"]*)"/.exec(JSON.stringify(deployment))?.[1]);
    assert.deepEqual(claims.filter(Boolean), [
      "source-controller",
      "source-controller-a",
      "source-controller-b",
    ]);
  });

  it("follow also an object of another kind", async () => {
    const kinds = [
      { target: { kind: "Deployment" }, patch: "[{op: replace, path: /kind, value: DaemonSet}]" },
      {
        target: { name: "source-controller", kind: "ServiceAccount" },
        patch: JSON.stringify(rename("sources")),
      },
    ];
    const result = await rendered({ kustomize: { patches: kinds } });
    assert.equal(
      podSpec(objectOf(result, "DaemonSet", "source-controller"))["serviceAccountName"],
      "sources",
    );
  });

  it("need a name in every subject", async () => {
    const target = { kind: "ClusterRoleBinding", name: "cluster-reconciler" };
    await assert.rejects(patched(target, subject({ kind: "User" })), /subject that has no name/);
  });
});

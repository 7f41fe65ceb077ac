import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { FINALIZER } from "../../../provider/core/lifecycle/finalizers";
import { definitionOf, FLUX_KINDS, type FluxKind } from "../../../provider/core/lifecycle/kinds";
import { idOf, keyOf } from "../../../provider/core/lifecycle/ownership";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { clusterUid } from "../../../provider/io/cluster/identity";
import type { ObjectName, ResourceType } from "../../../provider/io/cluster/paths";
import { CLAIMS, DEFINITIONS, DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { takeLeave, type Leaving } from "../../../provider/io/lifecycle/farewell";
import {
  CLUSTER_ROLES,
  createRecord,
  readRecord,
  removeRecord,
} from "../../../provider/io/lifecycle/owner-record";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { failsWith } from "../../support/cluster-error";
import {
  createDefinitions,
  createSample,
  finalizersOf,
  typeOf,
} from "../../support/custom-resources";
import { controllerDeployment } from "../../support/deployments";
import { recordedCall } from "../../support/lifecycle-call";
import { carrying, mark, recordOf, uidIn } from "../../support/owned";

const FLUX = "flux-system";
const OWNER = "0123456789abcdef";
const ACCOUNTS: ResourceType = { group: "", version: "v1", plural: "serviceaccounts" };
const [KUSTOMIZATION] = FLUX_KINDS["kustomize-controller"] as [FluxKind];
const [RELEASE] = FLUX_KINDS["helm-controller"] as [FluxKind];
const DEFINITION = { name: definitionOf(KUSTOMIZATION) };
const SYNC = { namespace: FLUX, name: FLUX };

describe("the last delete of a destroy", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid = "";

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: FLUX } };
    await cluster.create(NAMESPACES, namespace);
    await createDefinitions(cluster, ["kustomize-controller", "helm-controller"]);
    // What is in the cluster besides, which no message names.
    await createSample(cluster, KUSTOMIZATION, { namespace: FLUX, name: "theirs" });
    await create(ACCOUNTS, "ServiceAccount", { namespace: FLUX, name: "theirs" }, "another");
  });
  after(() => real?.stop());
  afterEach(async () => {
    const record = await readRecord(cluster);
    if (record !== undefined) await removeRecord(cluster, record.id);
  });

  async function create(
    type: ResourceType,
    kind: string,
    { namespace, name }: ObjectName,
    id = OWNER,
    more: JsonObject = {},
  ): Promise<void> {
    const apiVersion = type.group === "" ? type.version : `${type.group}/${type.version}`;
    const object = { apiVersion, kind, metadata: { name, annotations: carrying(id) }, ...more };
    await cluster.create(type, object, namespace === undefined ? {} : { namespace });
  }

  /** One ServiceAccount, deleted when the test is over. */
  const withAccount = async (name: string, test: () => Promise<void>) => {
    await create(ACCOUNTS, "ServiceAccount", { namespace: FLUX, name });
    await test();
    await cluster.delete(ACCOUNTS, { namespace: FLUX, name });
  };

  const leave = async (more: Partial<Leaving> = {}, call = recordedCall()) => {
    const leaving = { owner: OWNER, cluster: uid, namespace: FLUX, ...more };
    await takeLeave(cluster, { deletionPolicy: "Uninstall", ...leaving }, call);
    return call;
  };

  const idIn = async (type: ResourceType, name: ObjectName) =>
    idOf((await cluster.get(type, name)) ?? {});

  const deploy = async () => {
    const name = { namespace: FLUX, name: "kustomize-controller" };
    await cluster.create(DEPLOYMENTS, controllerDeployment(FLUX, name.name), { namespace: FLUX });
    await mark(cluster, DEPLOYMENTS, name, OWNER);
    return name;
  };
  const stop = async (name: ObjectName) => {
    await cluster.delete(DEPLOYMENTS, name, { propagation: "Foreground" });
    while ((await cluster.get(DEPLOYMENTS, name)) !== undefined) continue;
  };

  it("removes the record and the id of the Namespace where nothing is left", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    await mark(cluster, NAMESPACES, { name: FLUX }, OWNER);
    const before = await uidIn(cluster, NAMESPACES, { name: FLUX });
    await leave();
    assert.equal(await readRecord(cluster), undefined);
    assert.equal(await idIn(NAMESPACES, { name: FLUX }), undefined);
    assert.equal(await uidIn(cluster, NAMESPACES, { name: FLUX }), before);
    // Once more, as after a crash.
    await leave();
  });

  it("does nothing where it was only replaced, whatever the policy", async () => {
    const name = await deploy();
    await createRecord(cluster, recordOf(OWNER, ["kustomize-controller"]));
    for (const deletionPolicy of ["Uninstall", "KeepCRDs", "Retain"] as const) {
      await leave({ deletionPolicy, identity: "former" });
      await leave({ deletionPolicy, identity: "former", cluster: "former" });
    }
    assert.equal(await idIn(DEPLOYMENTS, name), OWNER);
    assert.notEqual(await readRecord(cluster), undefined);
    await stop(name);
  });

  it("does nothing where another instance owns Flux", async () => {
    await createRecord(cluster, recordOf("another", []));
    await withAccount("left", async () => {
      const call = await leave();
      assert.match(call.infos.join(), /belongs to another FluxInstance \(urn:flux, id another\)/);
      assert.equal(await idIn(ACCOUNTS, { namespace: FLUX, name: "left" }), OWNER);
    });
    assert.equal((await readRecord(cluster))?.id, "another");
  });

  it("fails in another cluster", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    await assert.rejects(leave({ cluster: "other" }), failsWith("another-cluster", uid));
    assert.notEqual(await readRecord(cluster), undefined);
  });

  it("names what is left that should be gone, and the way", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    const names = Array.from({ length: 11 }, (_, index) => `left-${10 + index}`);
    for (const name of names) {
      await create(ACCOUNTS, "ServiceAccount", { namespace: FLUX, name });
    }
    await create(CLUSTER_ROLES, "ClusterRole", { name: "left" }, OWNER, { rules: [] });
    await assert.rejects(
      leave(),
      failsWith(
        "left-behind",
        "ClusterRole/left, ServiceAccount/flux-system/left-10, ",
        "ServiceAccount/flux-system/left-18, and 2 more",
        "`pulumi up`",
        "`pulumi destroy`",
        "`flux-instance uninstall`",
        "flux-instance.pulumi.com/id",
      ),
    );
    assert.notEqual(await readRecord(cluster), undefined);
    // One of the ways: what shall stay loses the annotation.
    const value = { metadata: { annotations: null } };
    await cluster.patch(CLUSTER_ROLES, { name: "left" }, { type: "merge", value });
    for (const name of names) await cluster.delete(ACCOUNTS, { namespace: FLUX, name });
    await leave();
    assert.equal(await readRecord(cluster), undefined);
    assert.notEqual(await cluster.get(CLUSTER_ROLES, { name: "left" }), undefined);
  });

  it("finds each kind that an instance can have", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    const rbac = "rbac.authorization.k8s.io";
    const role = { kind: "ClusterRole", apiGroup: rbac, name: "view" };
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const objects: readonly (readonly [string, string, string, JsonObject, boolean?])[] = [
      ["", "services", "Service", { spec: { ports: [{ port: 80 }] } }],
      ["", "persistentvolumeclaims", "PersistentVolumeClaim", { spec: claim }],
      ["", "resourcequotas", "ResourceQuota", { spec: {} }],
      ["networking.k8s.io", "networkpolicies", "NetworkPolicy", { spec: { podSelector: {} } }],
      [rbac, "roles", "Role", { rules: [] }],
      [rbac, "rolebindings", "RoleBinding", { roleRef: role }],
      [rbac, "clusterrolebindings", "ClusterRoleBinding", { roleRef: role }, true],
    ];
    for (const [group, plural, kind, more, isClusterWide] of objects) {
      const type = { group, version: "v1", plural };
      const name = isClusterWide === true ? { name: "one" } : { namespace: FLUX, name: "one" };
      await create(type, kind, name, OWNER, more);
      await assert.rejects(leave(), failsWith("left-behind", `${kind}/`));
      await cluster.delete(type, name);
      while ((await cluster.get(type, name)) !== undefined) continue;
    }
    for (const [type, name, kind] of [
      [DEFINITIONS, DEFINITION, "CustomResourceDefinition"],
      [typeOf(KUSTOMIZATION), { namespace: FLUX, name: "theirs" }, "Kustomization"],
    ] as const) {
      await mark(cluster, type, name, OWNER);
      await assert.rejects(leave(), failsWith("left-behind", `${kind}/`));
      await cluster.patch(type, name, {
        type: "merge",
        value: { metadata: { annotations: null } },
      });
    }
    const name = await deploy();
    await assert.rejects(leave(), failsWith("left-behind", "Deployment/"));
    await stop(name);
  });

  it("fails without a record, or with that of a newer Identity, where something is left", async () => {
    await withAccount("left", async () => {
      await assert.rejects(leave(), failsWith("left-behind", "ServiceAccount/flux-system/left."));
      await createRecord(cluster, recordOf(OWNER, ["kustomize-controller"]));
      const older = leave({ identity: "former", deletionPolicy: "Retain" });
      await assert.rejects(older, failsWith("left-behind", "ServiceAccount/flux-system/left."));
    });
    await leave({ identity: "former" });
    assert.equal(await readRecord(cluster), undefined);
  });

  it("waits for what is being deleted", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    const name = { namespace: FLUX, name: "going" };
    await create(ACCOUNTS, "ServiceAccount", name);
    const held = { metadata: { finalizers: ["example.com/held"] } };
    await cluster.patch(ACCOUNTS, name, { type: "merge", value: held });
    await cluster.delete(ACCOUNTS, name);
    const leaving = leave();
    await sleep(1_500);
    assert.notEqual(await readRecord(cluster), undefined);
    const freed = { metadata: { finalizers: [] } };
    await cluster.patch(ACCOUNTS, name, { type: "merge", value: freed });
    await leaving;
    assert.equal(await readRecord(cluster), undefined);
  });

  describe("with objects that stay", () => {
    before(async () => {
      await createSample(cluster, KUSTOMIZATION, SYNC);
    });
    beforeEach(async () => {
      await mark(cluster, DEFINITIONS, DEFINITION, OWNER);
      await mark(cluster, typeOf(KUSTOMIZATION), SYNC, OWNER);
      await createRecord(cluster, recordOf(OWNER, []));
    });
    const uids = async () => [
      await uidIn(cluster, DEFINITIONS, DEFINITION),
      await uidIn(cluster, typeOf(KUSTOMIZATION), SYNC),
    ];
    const ids = async () => [
      await idIn(DEFINITIONS, DEFINITION),
      await idIn(typeOf(KUSTOMIZATION), SYNC),
    ];

    it("releases definitions and sync objects with KeepCRDs, when the rest is gone", async () => {
      const before = await uids();
      await withAccount("left", async () => {
        const leaving = leave({ deletionPolicy: "KeepCRDs" });
        await assert.rejects(leaving, (error: unknown) => {
          failsWith("left-behind", "ServiceAccount/flux-system/left.")(error);
          assert.doesNotMatch(String(error), /CustomResourceDefinition|Kustomization/);
          return true;
        });
        assert.deepEqual(await ids(), [OWNER, OWNER]);
      });
      await leave({ deletionPolicy: "KeepCRDs" });
      assert.deepEqual(await ids(), [undefined, undefined]);
      assert.deepEqual(await uids(), before);
      assert.equal(await readRecord(cluster), undefined);
    });

    it("releases everything with Retain, and touches nothing else of it", async () => {
      const name = await deploy();
      const specIn = async () => (await cluster.get(DEPLOYMENTS, name))?.["spec"];
      const before = [...(await uids()), await uidIn(cluster, DEPLOYMENTS, name)];
      const first = await specIn();
      await withAccount("stays", async () => {
        await leave({ deletionPolicy: "Retain" });
        assert.equal(await idIn(ACCOUNTS, { namespace: FLUX, name: "stays" }), undefined);
      });
      assert.deepEqual(await ids(), [undefined, undefined]);
      assert.equal(await idIn(DEPLOYMENTS, name), undefined);
      assert.deepEqual([...(await uids()), await uidIn(cluster, DEPLOYMENTS, name)], before);
      assert.deepEqual(await specIn(), first);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, SYNC), [FINALIZER]);
      assert.equal(await readRecord(cluster), undefined);
      assert.equal(await idIn(ACCOUNTS, { namespace: FLUX, name: "theirs" }), "another");
      await stop(name);
    });
  });

  it("completes a destroy without Readiness, as after a first update that failed", async () => {
    const definition = { name: definitionOf(RELEASE) };
    const claim = { namespace: FLUX, name: "source-controller" };
    const release = { namespace: "default", name: "one" };
    const other = await uidIn(cluster, DEFINITIONS, DEFINITION);
    await mark(cluster, DEFINITIONS, definition, OWNER);
    await createSample(cluster, RELEASE, release);
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    await create(CLAIMS, "PersistentVolumeClaim", claim, OWNER, { spec });
    const wanted = [
      "helm-controller",
      keyOf({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        ...definition,
      }),
      keyOf({ apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim }),
      keyOf({ apiVersion: "v1", kind: "Namespace", name: "absent" }),
    ];
    await createRecord(cluster, recordOf(OWNER, wanted));
    const uidsLeft = async () => [
      await uidIn(cluster, DEFINITIONS, definition),
      await uidIn(cluster, CLAIMS, claim),
    ];
    const before = await uidsLeft();
    const former = leave({ identity: "former" });
    await assert.rejects(former, failsWith("left-behind", definition.name, claim.name));
    assert.deepEqual(await uidsLeft(), before);
    assert.deepEqual(await finalizersOf(cluster, RELEASE, release), [FINALIZER]);
    const call = await leave({ identity: "identity" });
    assert.match(call.infos.join("\n"), /^HelmRelease: 1 of 1 freed of Flux's finalizer$/m);
    assert.deepEqual(await uidsLeft(), [undefined, undefined]);
    assert.equal(await uidIn(cluster, DEFINITIONS, DEFINITION), other);
    assert.equal(await readRecord(cluster), undefined);
  });
});

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { FINALIZER } from "../../../provider/core/lifecycle/finalizers";
import type { ObjectReference } from "../../../provider/core/lifecycle/inputs";
import { definitionOf, FLUX_KINDS, type FluxKind } from "../../../provider/core/lifecycle/kinds";
import { idOf, keyOf } from "../../../provider/core/lifecycle/ownership";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { forEach } from "../../../provider/io/cluster/parallel";
import {
  CLAIMS,
  DEFINITIONS,
  DEPLOYMENTS,
  NAMESPACES,
  PODS,
} from "../../../provider/io/cluster/types";
import {
  changeRecord,
  createRecord,
  removeRecord,
} from "../../../provider/io/lifecycle/owner-record";
import { removal } from "../../../provider/io/lifecycle/removal";
import type { Surroundings } from "../../../provider/io/oci/access";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { failsWith } from "../../support/cluster-error";
import {
  createDefinitions,
  createSample,
  finalizersOf,
  typeOf,
} from "../../support/custom-resources";
import { controllerDeployment } from "../../support/deployments";
import { kubeconfigOf } from "../../support/fake-api-server";
import {
  knownOf,
  propertiesOf,
  recordedCall,
  type RecordedCall,
} from "../../support/lifecycle-call";
import { carrying, mark, recordOf, uidIn } from "../../support/owned";

const FLUX = "flux-system";
const OWNER = "0123456789abcdef";
const OTHERS = "example.com/finalizer";
const NOWHERE = kubeconfigOf("https://127.0.0.1:1");

const kindNamed = (name: string): FluxKind =>
  Object.values(FLUX_KINDS)
    .flat()
    .find(({ kind }) => kind === name)!;
const [KUSTOMIZATION, SOURCE, RELEASE] = [
  kindNamed("Kustomization"),
  kindNamed("OCIRepository"),
  kindNamed("HelmRelease"),
];

const definition = (kind: FluxKind): ObjectReference => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: definitionOf(kind),
});
const claimNamed = (name: string): ObjectReference => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  namespace: FLUX,
  name,
});
const syncNamed = ({ group, kind }: FluxKind, name: string): ObjectReference => ({
  apiVersion: `${group}/v1`,
  kind,
  namespace: FLUX,
  name,
});

describe("the removal of a retained object", () => {
  const handler = removal({});
  const values: JsonObject = {
    object: definition(RELEASE),
    owner: OWNER,
    cluster: "one",
    kubeconfig: "a",
    deletionPolicy: "Uninstall",
    component: "helm-controller",
    namespace: FLUX,
    deployments: ["helm-controller"],
  };
  const diff = async (change: JsonObject, ...unknown: readonly string[]) => {
    const inputs = propertiesOf({ ...values, ...change }, ...unknown);
    return await handler.diff(inputs, knownOf({}, values), recordedCall());
  };

  it("asks no cluster when it is created or updated", async () => {
    const inputs = propertiesOf({ ...values, kubeconfig: NOWHERE });
    assert.deepEqual(await handler.create(inputs, recordedCall()), {});
    assert.deepEqual(await handler.update(inputs, knownOf({}, values), recordedCall()), {});
  });

  it("is updated by what its delete looks at, and replaced by another object alone", async () => {
    const quiet = { kubeconfig: "b", context: "c", kubeconfigOrigin: "d", deleteUnreachable: true };
    assert.deepEqual(await diff(quiet), { updated: [], replaced: [] });
    const cases: readonly (readonly [JsonObject, readonly string[], readonly string[]])[] = [
      [{ cluster: "two" }, ["cluster"], []],
      [{ owner: "other" }, ["owner"], []],
      [{ deletionPolicy: "Retain" }, ["deletionPolicy"], []],
      [
        { object: { ...definition(RELEASE), apiVersion: "apiextensions.k8s.io/v2" } },
        ["object"],
        [],
      ],
      [{ object: claimNamed("a") }, [], ["object"]],
    ];
    for (const [change, updated, replaced] of cases) {
      assert.deepEqual(await diff(change), { updated, replaced });
    }
    assert.deepEqual(await diff({ cluster: "two" }, "cluster"), { updated: [], replaced: [] });
  });

  it("says how to go on without the cluster, and does so when it is told", async () => {
    const inputs = { ...values, kubeconfig: NOWHERE };
    const remove = async (more: JsonObject = {}, surroundings: Surroundings = {}) => {
      const call = recordedCall();
      await removal(surroundings).delete(knownOf({}, { ...inputs, ...more }), call);
      return call.warnings.join();
    };
    await assert.rejects(remove(), /ECONNREFUSED.*PULUMI_K8S_DELETE_UNREACHABLE.*deleteUnreach/s);
    assert.match(await remove({}, { deleteUnreachable: true }), /cannot be reached/);
    assert.match(await remove({ deleteUnreachable: true }), /cannot be reached/);
  }).timeout(60_000);
});

describe("a removal's delete", function () {
  this.timeout(180_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid = "";
  let count = 0;

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    await createNamespace(FLUX);
    await createDefinitions(cluster, [
      "source-controller",
      "kustomize-controller",
      "helm-controller",
      "notification-controller",
    ]);
    await createRecord(cluster, recordOf(OWNER, []));
  });
  after(() => real?.stop());
  beforeEach(() => want());

  const want = async (...wanted: readonly string[]) => {
    await changeRecord(cluster, OWNER, (old) => ({ ...old, wanted }));
  };

  async function createNamespace(name: string, annotations: JsonObject = {}): Promise<void> {
    const metadata = { name, annotations };
    await cluster.create(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata });
  }

  const remove = async (
    object: ObjectReference,
    more: JsonObject = {},
    call: RecordedCall = recordedCall(),
  ) => {
    const values = { object, owner: OWNER, cluster: uid, kubeconfig: real!.kubeconfig, ...more };
    await removal({}).delete(knownOf({}, values), call);
    return call;
  };

  const served = (component: string): JsonObject => ({
    component,
    namespace: FLUX,
    deployments: [component],
  });

  const sample = async (
    kind: FluxKind,
    finalizers: readonly string[] = [FINALIZER],
    namespace = FLUX,
  ) => {
    count += 1;
    const name = { namespace, name: `sample-${count}` };
    await createSample(cluster, kind, name, finalizers);
    return name;
  };

  /** A sync object, with the id of the instance. */
  const synced = async (kind: FluxKind, finalizers?: readonly string[]) => {
    const name = await sample(kind, finalizers);
    await mark(cluster, typeOf(kind), name, OWNER);
    return { name, object: syncNamed(kind, name.name), type: typeOf(kind) };
  };

  const definitionUid = (kind: FluxKind) =>
    uidIn(cluster, DEFINITIONS, { name: definitionOf(kind) });

  const deploy = async (component: string) => {
    const place = { namespace: FLUX, name: component };
    await cluster.create(DEPLOYMENTS, controllerDeployment(FLUX, component), { namespace: FLUX });
    return {
      stop: async () => {
        await cluster.delete(DEPLOYMENTS, place, { propagation: "Foreground" });
        while ((await cluster.get(DEPLOYMENTS, place)) !== undefined) continue;
      },
    };
  };

  /** As a controller that finalizes every object of a kind that is being deleted. */
  const controller = (kind: FluxKind, name: { namespace: string; name: string }) => {
    const seen: JsonObject[] = [];
    const over = new AbortController();
    const run = async () => {
      while (!over.signal.aborted) {
        const live = await cluster.get(typeOf(kind), name);
        if (live === undefined) return;
        const { deletionTimestamp } = live["metadata"] as JsonObject;
        if (deletionTimestamp === undefined) continue;
        seen.push(live["spec"] as JsonObject);
        const value = { metadata: { finalizers: [] } };
        await cluster.patch(typeOf(kind), name, { type: "merge", value }).catch(() => undefined);
      }
    };
    return { seen, done: run(), end: () => over.abort() };
  };

  describe("of whatever kind", () => {
    const receiver = kindNamed("Receiver");
    const held = served("notification-controller");

    before(async () => {
      await mark(cluster, DEFINITIONS, { name: definitionOf(receiver) }, OWNER);
    });

    /** The definition and its custom resource stay. */
    const stays = async (act: () => Promise<RecordedCall>, ...lines: readonly RegExp[]) => {
      const name = await sample(receiver);
      const before = [await definitionUid(receiver), await uidIn(cluster, typeOf(receiver), name)];
      const call = await act();
      const after = [await definitionUid(receiver), await uidIn(cluster, typeOf(receiver), name)];
      assert.deepEqual(after, before);
      assert.ok(!before.includes(undefined));
      assert.deepEqual(await finalizersOf(cluster, receiver, name), [FINALIZER]);
      assert.equal(call.infos.length, lines.length, call.infos.join());
      for (const [index, line] of lines.entries()) assert.match(call.infos[index] ?? "", line);
    };

    it("does nothing where the resource was only replaced, in any cluster", async () => {
      await want(keyOf(definition(receiver)));
      await stays(() => remove(definition(receiver), held));
      await stays(() => remove(definition(receiver), { ...held, cluster: "former" }));
      await stays(() => remove(definition(receiver), { ...held, deletionPolicy: "Retain" }));
    });

    it("does nothing without an owner record, or with that of another instance", async () => {
      await stays(
        () => remove(definition(receiver), { ...held, owner: "another" }),
        /^Nothing is deleted: Flux in this cluster belongs to another FluxInstance \(urn:flux, id 0123/,
      );
      await removeRecord(cluster, OWNER);
      await stays(() => remove(definition(receiver), held), /the cluster has no owner record/);
      await createRecord(cluster, recordOf(OWNER, []));
    });

    it("deletes nothing in another cluster", async () => {
      await stays(
        () => remove(definition(receiver), { ...held, cluster: "former" }),
        /has moved from the former cluster/,
      );
      await removeRecord(cluster, OWNER);
      const elsewhere = remove(definition(receiver), { ...held, cluster: "former" });
      await assert.rejects(elsewhere, failsWith("another-cluster", uid));
      await createRecord(cluster, recordOf("another", []));
      const foreign = remove(definition(receiver), { ...held, cluster: "former" });
      await assert.rejects(foreign, failsWith("another-cluster", uid));
      await removeRecord(cluster, "another");
      await createRecord(cluster, recordOf(OWNER, []));
    });

    it("leaves what carries another id, or none", async () => {
      const name = { name: definitionOf(receiver) };
      await mark(cluster, DEFINITIONS, name, "another");
      await stays(
        () => remove(definition(receiver), held),
        /^CustomResourceDefinition\/receivers.* stays: it belongs to the FluxInstance with the id another$/,
      );
      const value = { metadata: { annotations: null } };
      await cluster.patch(DEFINITIONS, name, { type: "merge", value });
      await stays(
        () => remove(definition(receiver), held),
        /stays: it belongs to no FluxInstance$/,
      );
      await mark(cluster, DEFINITIONS, name, OWNER);
    });

    it("is done where the object or its kind is gone", async () => {
      const absent = { ...definition(receiver), name: "absent.example.com" };
      const kind = { group: "example.com", plural: "absent", kind: "Absent" };
      for (const object of [absent, syncNamed(SOURCE, "absent"), syncNamed(kind, "absent")]) {
        assert.deepEqual((await remove(object, held)).infos, []);
      }
    });

    it("fails before the first change where a right is missing", async () => {
      const values = { ...held, kubeconfig: await limited() };
      const name = await sample(receiver);
      await assert.rejects(
        remove(definition(receiver), values),
        failsWith(
          "forbidden",
          "delete customresourcedefinitions.apiextensions.k8s.io",
          "patch receivers.notification.toolkit.fluxcd.io",
          "Nothing was changed",
        ),
      );
      const object = claimNamed("limited");
      await createClaim("limited");
      await assert.rejects(
        remove(object, values),
        failsWith("forbidden", `delete persistentvolumeclaims in namespace ${FLUX}`),
      );
      assert.deepEqual(await finalizersOf(cluster, receiver, name), [FINALIZER]);
      await remove(object);
    });

    /** The kubeconfig of a user that may read everything. */
    async function limited(): Promise<string> {
      const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
      const apiVersion = `${rbac.group}/v1`;
      const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }];
      const role = { apiVersion, kind: "ClusterRole", metadata: { name: "reader" }, rules };
      await cluster.create({ ...rbac, plural: "clusterroles" }, role);
      await cluster.create(
        { ...rbac, plural: "clusterrolebindings" },
        {
          apiVersion,
          kind: "ClusterRoleBinding",
          metadata: { name: "reader" },
          roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name: "reader" },
          subjects: [{ apiGroup: rbac.group, kind: "User", name: "reader" }],
        },
      );
      return real!.kubeconfig.replace(/^( *)user:$/m, "$1user:\n$1  as: reader");
    }
  });

  describe("of a definition", () => {
    const releases = served("helm-controller");
    before(async () => {
      await mark(cluster, DEFINITIONS, { name: definitionOf(RELEASE) }, OWNER);
    });

    it("fails while the controller runs, and leaves everything", async () => {
      const name = await sample(RELEASE);
      const before = await definitionUid(RELEASE);
      const running = await deploy("helm-controller");
      await assert.rejects(
        remove(definition(RELEASE), releases),
        failsWith("still-running", `Deployment ${FLUX}/helm-controller still runs`),
      );
      assert.equal(await definitionUid(RELEASE), before);
      assert.deepEqual(await finalizersOf(cluster, RELEASE, name), [FINALIZER]);
      await running.stop();
    });

    it("fails where somebody else holds a custom resource, and deletes none", async () => {
      const name = await sample(RELEASE, [FINALIZER, OTHERS], "default");
      await assert.rejects(
        remove(definition(RELEASE), releases),
        failsWith("held", `HelmRelease default/${name.name} (${OTHERS})`),
      );
      assert.deepEqual(await finalizersOf(cluster, RELEASE, name), [OTHERS]);
      const value = { metadata: { finalizers: [FINALIZER] } };
      await cluster.patch(typeOf(RELEASE), name, { type: "merge", value });
    });

    it("only releases it with KeepCRDs and with Retain", async () => {
      const name = await sample(RELEASE);
      const before = [await definitionUid(RELEASE), await uidIn(cluster, typeOf(RELEASE), name)];
      for (const deletionPolicy of ["KeepCRDs", "Retain"]) {
        const call = await remove(definition(RELEASE), { ...releases, deletionPolicy });
        assert.match(call.infos.join(), new RegExp(`stays, by deletionPolicy ${deletionPolicy}`));
        const live = (await cluster.get(DEFINITIONS, { name: definitionOf(RELEASE) })) ?? {};
        assert.equal(idOf(live), undefined);
        const after = [await definitionUid(RELEASE), await uidIn(cluster, typeOf(RELEASE), name)];
        assert.deepEqual(after, before);
        await mark(cluster, DEFINITIONS, { name: definitionOf(RELEASE) }, OWNER);
      }
      assert.deepEqual(await finalizersOf(cluster, RELEASE, name), [FINALIZER]);
    });

    it("deletes it with its custom resources, and nothing else", async () => {
      const other = await sample(KUSTOMIZATION);
      const before = await uidIn(cluster, typeOf(KUSTOMIZATION), other);
      const call = await remove(definition(RELEASE), releases);
      assert.match(call.infos.join("\n"), /^3 HelmRelease are deleted with their definition/m);
      assert.equal(await definitionUid(RELEASE), undefined);
      assert.equal(await uidIn(cluster, typeOf(KUSTOMIZATION), other), before);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, other), [FINALIZER]);
      assert.deepEqual((await remove(definition(RELEASE), releases)).infos, []);
    });

    it("deletes many custom resources, page by page", async () => {
      const chart = kindNamed("HelmChart");
      await mark(cluster, DEFINITIONS, { name: definitionOf(chart) }, OWNER);
      await forEach(Array.from({ length: 600 }), 50, async () => {
        await sample(chart);
      });
      const call = await remove(definition(chart), served("source-controller"));
      assert.match(call.infos.join("\n"), /^600 HelmChart are deleted with their definition/m);
      assert.equal(await definitionUid(chart), undefined);
    });

    it("deletes one that a release has dropped, while its controller runs", async () => {
      const alert = kindNamed("Alert");
      await mark(cluster, DEFINITIONS, { name: definitionOf(alert) }, OWNER);
      const name = await sample(alert);
      await want("notification-controller", keyOf(definition(kindNamed("Receiver"))));
      const running = await deploy("notification-controller");
      await remove(definition(alert), served("notification-controller"));
      assert.equal(await definitionUid(alert), undefined);
      assert.equal(await uidIn(cluster, typeOf(alert), name), undefined);
      await running.stop();
    });

    it("says what holds it when its time is over", async () => {
      const provider = kindNamed("Provider");
      const name = { name: definitionOf(provider) };
      await mark(cluster, DEFINITIONS, name, OWNER);
      const finalizers = { metadata: { finalizers: [OTHERS] } };
      await cluster.patch(DEFINITIONS, name, { type: "merge", value: finalizers });
      const signal = AbortSignal.timeout(12_000);
      const call = recordedCall(signal);
      await assert.rejects(
        remove(definition(provider), served("notification-controller"), call),
        failsWith("timeout", `it has the finalizer ${OTHERS}`, "custom timeout"),
      );
      assert.match(call.infos.join(), /waiting for the end of CustomResourceDefinition\/providers/);
      await cluster.patch(DEFINITIONS, name, { type: "merge", value: freed });
    });
  });

  const freed = { metadata: { finalizers: [] } };

  describe("of a sync object", () => {
    const kustomization = served("kustomize-controller");
    const source = served("source-controller");

    it("frees and deletes it at a destroy, when the controller has stopped", async () => {
      const one = await synced(KUSTOMIZATION);
      const other = await sample(KUSTOMIZATION);
      const before = await uidIn(cluster, one.type, other);
      const running = await deploy("kustomize-controller");
      await assert.rejects(remove(one.object, kustomization), failsWith("still-running"));
      await running.stop();
      const call = await remove(one.object, { ...kustomization, prune: true });
      assert.deepEqual(call.infos, []);
      assert.equal(await uidIn(cluster, one.type, one.name), undefined);
      assert.equal(await uidIn(cluster, one.type, other), before);
      const two = await synced(SOURCE);
      await remove(two.object, source);
      assert.equal(await uidIn(cluster, two.type, two.name), undefined);
    });

    it("suspends it first when sync leaves, so that nothing is pruned", async () => {
      await want("source-controller", "kustomize-controller");
      // The other finalizer keeps it to be looked at.
      const { name, object, type } = await synced(KUSTOMIZATION, [FINALIZER, OTHERS]);
      const call = recordedCall();
      const removing = remove(object, kustomization, call);
      while (!isDeepStrictEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [OTHERS]))
        continue;
      const { metadata, spec } = (await cluster.get(type, name)) ?? {};
      assert.equal((spec as JsonObject)["suspend"], true);
      assert.notEqual((metadata as JsonObject)["deletionTimestamp"], undefined);
      assert.match(call.infos.join(), /is suspended: what it has deployed stays/);
      await cluster.patch(type, name, { type: "merge", value: freed });
      await removing;
      assert.equal(await uidIn(cluster, type, name), undefined);
    });

    it("leaves it to the controller where it shall prune, and waits", async () => {
      await want("source-controller", "kustomize-controller");
      const { name, object, type } = await synced(KUSTOMIZATION);
      const removing = remove(object, { ...kustomization, prune: true });
      const settled = await Promise.race([
        removing,
        new Promise((done) => setTimeout(done, 3_000, 0)),
      ]);
      assert.equal(settled, 0);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
      const running = controller(KUSTOMIZATION, name);
      await removing;
      await running.done;
      assert.ok(running.seen.length > 0);
      assert.ok(running.seen.every(({ suspend }) => suspend !== true));
      assert.equal(await uidIn(cluster, type, name), undefined);
    });

    it("lets the controller finalize a source of another kind", async () => {
      await want("source-controller", "kustomize-controller");
      const { name, object, type } = await synced(SOURCE);
      const running = controller(SOURCE, name);
      await remove({ ...object, apiVersion: "source.toolkit.fluxcd.io/v1beta2" }, source);
      await running.done;
      assert.equal(running.seen.length > 0, true);
      assert.equal(await uidIn(cluster, type, name), undefined);
    });

    it("stays without the id with KeepCRDs, suspended only where sync leaves", async () => {
      const suspended = async () => {
        const { name, object, type } = await synced(KUSTOMIZATION);
        const before = await uidIn(cluster, type, name);
        await remove(object, { ...kustomization, deletionPolicy: "KeepCRDs" });
        const live = (await cluster.get(type, name)) ?? {};
        assert.equal(await uidIn(cluster, type, name), before);
        assert.equal(idOf(live), undefined);
        return (live["spec"] as JsonObject)["suspend"] === true;
      };
      assert.equal(await suspended(), false);
      await want("source-controller", "kustomize-controller");
      assert.equal(await suspended(), true);
    });
  });

  async function createClaim(name: string, annotations: JsonObject = carrying(OWNER)) {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const metadata = { name, annotations };
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec };
    await cluster.create(CLAIMS, claim, { namespace: FLUX });
    return { namespace: FLUX, name };
  }

  describe("of a volume claim", () => {
    it("deletes it, also with KeepCRDs, and releases it with Retain", async () => {
      for (const deletionPolicy of ["Uninstall", "KeepCRDs"]) {
        const name = await createClaim("source-controller");
        await remove(claimNamed(name.name), { deletionPolicy });
        assert.equal(await uidIn(cluster, CLAIMS, name), undefined);
      }
      const name = await createClaim("retained");
      const before = await uidIn(cluster, CLAIMS, name);
      await remove(claimNamed(name.name), { deletionPolicy: "Retain" });
      const live = (await cluster.get(CLAIMS, name)) ?? {};
      assert.deepEqual([await uidIn(cluster, CLAIMS, name), idOf(live)], [before, undefined]);
    });

    it("waits for the pod that uses it, and names it", async () => {
      const name = await createClaim("used");
      const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "used" } }];
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "user" },
        spec: {
          schedulerName: "nobody",
          volumes,
          containers: [{ name: "c", image: "example.com/c" }],
        },
      };
      await cluster.create(PODS, pod, { namespace: FLUX });
      const place = { namespace: FLUX, name: "user" };
      // A pod that was never on a node does not hold a claim.
      await bind(place);
      const call = recordedCall();
      const removing = remove(claimNamed("used"), {}, call);
      while (call.infos.length === 0) await new Promise((done) => setTimeout(done, 200));
      assert.match(call.infos[0] ?? "", new RegExp(`pod ${FLUX}/user still uses the volume`));
      assert.notEqual(await uidIn(cluster, CLAIMS, name), undefined);
      await cluster.session.send("delete the pod", {
        method: "DELETE",
        path: `/api/v1/namespaces/${FLUX}/pods/user?gracePeriodSeconds=0`,
      });
      await removing;
      assert.equal(await uidIn(cluster, CLAIMS, name), undefined);
    });

    async function bind({ namespace, name }: { namespace: string; name: string }): Promise<void> {
      await cluster.session.send("bind the pod", {
        method: "POST",
        path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
        body: {
          apiVersion: "v1",
          kind: "Binding",
          metadata: { name },
          target: { apiVersion: "v1", kind: "Node", name: "node" },
        },
      });
    }

    it("is told at a refresh, as the engine shows it as retained", async () => {
      await createClaim("told");
      const values = { owner: OWNER, cluster: uid, kubeconfig: real!.kubeconfig };
      const call = recordedCall();
      const known = knownOf({}, { ...values, object: claimNamed("told") });
      assert.deepEqual(await removal({}).read!(known, call), {});
      const foreign = knownOf({}, { ...values, owner: "other", object: claimNamed("told") });
      await removal({}).read!(foreign, call);
      await removal({}).read!(knownOf({}, { ...values, object: definition(SOURCE) }), call);
      assert.deepEqual(call.infos, [
        `in the cluster: PersistentVolumeClaim/${FLUX}/told; a destroy deletes it, with the data on its volume`,
      ]);
      const away = knownOf({}, { ...values, kubeconfig: NOWHERE, object: claimNamed("told") });
      assert.deepEqual(await removal({}).read!(away, call), {});
      assert.match(call.warnings.join(), /was not looked up/);
      await remove(claimNamed("told"));
    });
  });

  describe("of a Namespace", () => {
    const namespace = (name: string): ObjectReference => ({
      apiVersion: "v1",
      kind: "Namespace",
      name,
    });

    it("deletes it where it carries the id, with everything in it", async () => {
      await createNamespace("own", carrying(OWNER));
      await remove(namespace("own"));
      assert.equal(await cluster.get(NAMESPACES, { name: "own" }), undefined);
      await createNamespace("joined");
      const call = await remove(namespace("joined"));
      assert.match(call.infos.join(), /Namespace\/joined stays/);
      assert.notEqual(await cluster.get(NAMESPACES, { name: "joined" }), undefined);
    });

    it("says what holds it when its time is over", async () => {
      await createNamespace("held", carrying(OWNER));
      const name = await sample(KUSTOMIZATION, [OTHERS], "held");
      const call = recordedCall(AbortSignal.timeout(13_000));
      await assert.rejects(
        remove(namespace("held"), {}, call),
        failsWith("timeout", "Namespace/held is being deleted and is held", OTHERS),
      );
      await cluster.patch(typeOf(KUSTOMIZATION), name, { type: "merge", value: freed });
      await remove(namespace("held"));
      assert.equal(await cluster.get(NAMESPACES, { name: "held" }), undefined);
    });
  });
});

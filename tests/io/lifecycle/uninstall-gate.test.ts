import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { FINALIZER } from "../../../provider/core/lifecycle/finalizers";
import { FLUX_KINDS, type FluxKind } from "../../../provider/core/lifecycle/kinds";
import type { JsonObject } from "../../../provider/core/manifest";
import type { Component } from "../../../provider/core/spec/spec";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { changeRecord, createRecord } from "../../../provider/io/lifecycle/owner-record";
import type { Properties } from "../../../provider/io/lifecycle/lifecycle";
import { uninstallGate } from "../../../provider/io/lifecycle/uninstall-gate";
import { findObjects } from "../../../provider/io/lifecycle/uninstall-objects";
import { stripFinalizers } from "../../../provider/io/lifecycle/uninstall-strip";
import { requireStopped } from "../../../provider/io/lifecycle/uninstall-controllers";
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
import { recordOf } from "../../support/owned";

const FLUX = "flux-system";
const OTHERS = "example.com/finalizer";
const OWNER = "0123456789abcdef";
const [KUSTOMIZATION] = FLUX_KINDS["kustomize-controller"] as [FluxKind];
const kindNamed = (name: string) =>
  Object.values(FLUX_KINDS)
    .flat()
    .find(({ kind }) => kind === name)!;

const inputsOf = (component: Component, more: JsonObject = {}): JsonObject => ({
  component,
  namespace: FLUX,
  owner: OWNER,
  deployments: [component],
  kinds: FLUX_KINDS[component].map((kind) => ({ ...kind })),
  ...more,
});

describe("the gate before an uninstall", () => {
  const gate = uninstallGate({});
  const base = inputsOf("kustomize-controller", { cluster: "one", kubeconfig: "a" });
  const diff = async (inputs: Properties, values: JsonObject = base) =>
    await gate.diff(inputs, knownOf({}, values), recordedCall());

  it("asks no cluster when it is created", async () => {
    const kubeconfig = kubeconfigOf("http://127.0.0.1:1");
    assert.deepEqual(await gate.create(propertiesOf({ ...base, kubeconfig }), recordedCall()), {});
  });

  it("is the same with another kubeconfig, and updated in another cluster", async () => {
    const rotated = { ...base, kubeconfig: "b", context: "c", deleteUnreachable: true };
    assert.deepEqual(await diff(propertiesOf(rotated)), { updated: [], replaced: [] });
    const moved = propertiesOf({ ...base, cluster: "two" });
    assert.deepEqual(await diff(moved), { updated: ["cluster"], replaced: [] });
  });

  it("is updated by what its delete looks at, and not by what is not known", async () => {
    const keep = propertiesOf({ ...base, deletionPolicy: "KeepCRDs" });
    assert.deepEqual(await diff(keep), { updated: ["deletionPolicy"], replaced: [] });
    const unknowing = propertiesOf(inputsOf("kustomize-controller"), "cluster");
    assert.deepEqual(await diff(unknowing), { updated: [], replaced: [] });
    const other = propertiesOf({ ...base, owner: "another" });
    assert.deepEqual(await diff(other), { updated: ["owner"], replaced: [] });
  });

  it("does nothing with the policy Retain, also without a cluster", async () => {
    const kubeconfig = kubeconfigOf("http://127.0.0.1:1");
    const call = recordedCall();
    await gate.delete(knownOf({}, { ...base, kubeconfig, deletionPolicy: "Retain" }), call);
    assert.match(call.infos.join(), /stay/);
  });
});

describe("the gate's delete and update", function () {
  this.timeout(180_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid = "";
  let count = 0;

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    await cluster.create(NAMESPACES, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: FLUX },
    });
  });
  after(() => real?.stop());

  /** As the administrator, or as a user with the rights that are given to it. */
  const kubeconfigAs = (user: string): string => {
    const config = parse(real!.kubeconfig) as { users: { user: JsonObject }[] };
    const [first] = config.users;
    first!.user = { ...first!.user, as: user };
    return stringify(config);
  };

  const remove = async (
    values: JsonObject,
    {
      surroundings = {},
      call = recordedCall(),
    }: { surroundings?: Surroundings; call?: RecordedCall } = {},
  ) => {
    const connected = { kubeconfig: real!.kubeconfig, cluster: uid, ...values };
    await uninstallGate(surroundings).delete(knownOf({}, connected), call);
    return call;
  };

  const sample = async (kind: FluxKind, finalizers?: readonly string[], namespace = "default") => {
    count += 1;
    const name = { namespace, name: `sample-${count}` };
    await createSample(cluster, kind, name, finalizers);
    return name;
  };

  it("does nothing where the cluster has no owner record", async () => {
    const call = await remove(inputsOf("kustomize-controller"));
    assert.match(call.infos.join(), /^Nothing is deleted: the cluster has no owner record/);
  });

  it("is done at once where no CRD of Flux is left", async () => {
    await createRecord(cluster, recordOf(OWNER, []));
    const call = await remove(inputsOf("kustomize-controller"));
    assert.deepEqual(call.infos, []);
  });

  describe("with Flux's CRDs", () => {
    before(async () => {
      await createDefinitions(cluster);
    });

    const deploy = async (component: Component, name?: string, replicas?: number) => {
      const deployment = controllerDeployment(FLUX, component, name, replicas);
      await cluster.create(DEPLOYMENTS, deployment, { namespace: FLUX });
      return { namespace: FLUX, name: name ?? component };
    };

    it("frees all objects of its kinds in all namespaces, and those of no other", async () => {
      const one = await sample(kindNamed("GitRepository"));
      const two = await sample(kindNamed("HelmChart"), [FINALIZER, OTHERS], FLUX);
      const foreign = await sample(kindNamed("Bucket"), [OTHERS]);
      const other = await sample(KUSTOMIZATION);
      const call = recordedCall();
      await assert.rejects(
        remove(inputsOf("source-controller"), { call }),
        failsWith(
          "held",
          `HelmChart ${two.namespace}/${two.name} (${OTHERS})`,
          `Bucket ${foreign.namespace}/${foreign.name} (${OTHERS})`,
        ),
      );
      assert.deepEqual(await finalizersOf(cluster, kindNamed("GitRepository"), one), []);
      assert.deepEqual(await finalizersOf(cluster, kindNamed("HelmChart"), two), [OTHERS]);
      assert.deepEqual(await finalizersOf(cluster, kindNamed("Bucket"), foreign), [OTHERS]);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, other), [FINALIZER]);
      assert.deepEqual(call.infos.toSorted(), [
        "Bucket: 0 of 1 freed of Flux's finalizer",
        "GitRepository: 1 of 1 freed of Flux's finalizer",
        "HelmChart: 1 of 1 freed of Flux's finalizer",
      ]);
      await remove(inputsOf("source-controller", { deletionPolicy: "KeepCRDs" }));
      await remove(inputsOf("kustomize-controller", { deletionPolicy: "KeepCRDs" }));
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, other), []);
    });

    it("lets an object go that was deleted already", async () => {
      const name = await sample(KUSTOMIZATION);
      await cluster.delete(typeOf(KUSTOMIZATION), name);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
      await remove(inputsOf("kustomize-controller"));
      assert.equal(await finalizersOf(cluster, KUSTOMIZATION, name), undefined);
    });

    it("frees many objects, page by page, while somebody else changes them", async () => {
      const receiver = kindNamed("Receiver");
      const names = await Promise.all(Array.from({ length: 60 }, () => sample(receiver)));
      // Shifts the finalizers that are still there, so that a patch would hit the wrong one.
      const operations = [{ op: "add", path: "/metadata/finalizers/0", value: OTHERS }];
      let shifted = 0;
      const rival = async () => {
        for (const name of names.toReversed()) {
          const shift = cluster.patch(typeOf(receiver), name, { type: "json", operations });
          shifted += await shift.then(
            () => 1,
            () => 0,
          );
        }
      };
      const [result] = await Promise.all([
        stripFinalizers(cluster, [receiver], { limit: 7 }),
        rival(),
      ]);
      assert.deepEqual(result, [{ kind: result[0]?.kind, found: 60, stripped: 60 }]);
      assert.ok(shifted > 0);
      const [left] = await findObjects(cluster, [receiver], 7);
      assert.equal(left?.objects.length, 60);
      const lists = await Promise.all(names.map((name) => finalizersOf(cluster, receiver, name)));
      assert.equal(lists.filter((list) => (list as string[]).includes(OTHERS)).length, shifted);
      assert.ok(lists.every((list) => !(list as string[]).includes(FINALIZER)));
    });

    it("names the kind and the verb that a user lacks, and changes nothing", async () => {
      const provider = await sample(kindNamed("Provider"));
      const alert = await sample(kindNamed("Alert"));
      const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
      const rule = (groups: string[], resources: string[], verbs: string[]) => ({
        apiGroups: groups,
        resources,
        verbs,
      });
      const grant = async (name: string, rules: readonly JsonObject[]) => {
        await cluster.create(
          { ...rbac, plural: "clusterroles" },
          {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name },
            rules,
          },
        );
        await cluster.create(
          { ...rbac, plural: "clusterrolebindings" },
          {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name },
            roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name },
            subjects: [{ apiGroup: rbac.group, kind: "User", name }],
          },
        );
      };
      const common = [
        rule([""], ["namespaces"], ["get"]),
        rule([""], ["pods"], ["list"]),
        rule(["apps"], ["deployments"], ["get", "list"]),
        rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], ["get"]),
        rule([rbac.group], ["clusterroles"], ["get"]),
      ];
      const group = "notification.toolkit.fluxcd.io";
      await grant("no-list", [
        ...common,
        rule([group], ["alerts", "receivers"], ["list", "patch"]),
      ]);
      await grant("no-patch", [
        ...common,
        rule([group], ["alerts", "receivers", "providers"], ["list"]),
        rule([group], ["alerts", "receivers"], ["patch"]),
      ]);
      const removeAs = (user: string) =>
        remove(inputsOf("notification-controller", { kubeconfig: kubeconfigAs(user) }));
      await assert.rejects(
        removeAs("no-list"),
        failsWith("forbidden", `list providers.${group}`, "that right"),
      );
      await assert.rejects(
        removeAs("no-patch"),
        failsWith("forbidden", `providers.${group}`, '"patch"', "Nothing was changed"),
      );
      assert.deepEqual(await finalizersOf(cluster, kindNamed("Alert"), alert), [FINALIZER]);
      assert.deepEqual(await finalizersOf(cluster, kindNamed("Provider"), provider), [FINALIZER]);
      await remove(inputsOf("notification-controller", { deletionPolicy: "KeepCRDs" }));
      assert.deepEqual(await finalizersOf(cluster, kindNamed("Alert"), alert), []);
    });

    it("refuses another cluster, naming the kubeconfig", async () => {
      const name = await sample(KUSTOMIZATION);
      const inputs = inputsOf("kustomize-controller", {
        owner: "another",
        cluster: "3b241101-e2bb-4255-8caf-4136c566a962",
        kubeconfigOrigin: "the kubeconfig of the Kubernetes provider",
      });
      await assert.rejects(
        remove(inputs),
        failsWith("another-cluster", "the kubeconfig of the Kubernetes provider", uid),
      );
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
    });

    it("does nothing where it was only replaced, whatever the policy and the cluster", async () => {
      const name = await sample(KUSTOMIZATION);
      await changeRecord(cluster, OWNER, (old) => ({ ...old, wanted: ["kustomize-controller"] }));
      await deploy("kustomize-controller");
      const call = recordedCall();
      await remove(inputsOf("kustomize-controller"), { call });
      await remove(inputsOf("kustomize-controller", { deletionPolicy: "KeepCRDs" }), { call });
      await remove(inputsOf("kustomize-controller", { cluster: "former" }), { call });
      assert.deepEqual([call.infos, call.warnings], [[], []]);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
      // Any other component goes, though the instance stays.
      const release = await sample(kindNamed("HelmRelease"));
      await remove(inputsOf("helm-controller"));
      assert.deepEqual(await finalizersOf(cluster, kindNamed("HelmRelease"), release), []);
      await changeRecord(cluster, OWNER, (old) => ({ ...old, wanted: [] }));
      const place = { namespace: FLUX, name: "kustomize-controller" };
      await cluster.delete(DEPLOYMENTS, place, { propagation: "Foreground" });
      await remove(inputsOf("kustomize-controller"));
    });

    it("does nothing where its instance has moved here, or another one owns Flux", async () => {
      const name = await sample(KUSTOMIZATION);
      const moved = await remove(inputsOf("kustomize-controller", { cluster: "former" }));
      assert.match(moved.infos.join(), /has moved from the former cluster/);
      const foreign = await remove(inputsOf("kustomize-controller", { owner: "another" }));
      assert.match(foreign.infos.join(), new RegExp(`another FluxInstance .*id ${OWNER}`));
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
    });

    it("fails while its controller or a shard of it runs, naming the Deployment", async () => {
      const name = await sample(KUSTOMIZATION);
      const inputs = inputsOf("kustomize-controller");
      for (const deployment of ["kustomize-controller", "kustomize-controller-shard1"]) {
        const place = await deploy("kustomize-controller", deployment);
        await assert.rejects(
          remove(inputs),
          failsWith(
            "still-running",
            `Deployment ${FLUX}/${deployment} still runs`,
            "scale it to 0",
          ),
        );
        assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
        await cluster.delete(DEPLOYMENTS, place, { propagation: "Foreground" });
      }
      // On its way to the end it is waited for.
      await remove(inputs);
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), []);
    });

    it("takes a Deployment without pods for stopped", async () => {
      const place = await deploy("helm-controller", "helm-controller", 0);
      const name = await sample(kindNamed("HelmRelease"));
      await remove(inputsOf("helm-controller"));
      assert.deepEqual(await finalizersOf(cluster, kindNamed("HelmRelease"), name), []);
      await cluster.delete(DEPLOYMENTS, place);
    });

    it("gives up waiting for pods that never end", async () => {
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "left", labels: { app: "source-watcher" }, finalizers: [OTHERS] },
        spec: { containers: [{ name: "manager", image: "example.com/none" }] },
      };
      const pods = { group: "", version: "v1", plural: "pods" };
      await cluster.create(pods, pod, { namespace: FLUX });
      const controller = {
        component: "source-watcher",
        namespace: FLUX,
        deployments: ["source-watcher"],
      };
      await assert.rejects(
        requireStopped(cluster, controller, 1_000),
        failsWith("still-running", `pod ${FLUX}/left does not end`),
      );
      const place = { namespace: FLUX, name: "left" };
      const patch = { type: "merge", value: { metadata: { finalizers: [] } } } as const;
      await cluster.patch(pods, place, patch);
      await cluster.delete(pods, place);
    });

    it("ends when it is cancelled", async () => {
      const name = await sample(KUSTOMIZATION);
      const cancel = new AbortController();
      cancel.abort();
      const removing = remove(inputsOf("kustomize-controller"), {
        call: recordedCall(cancel.signal),
      });
      await assert.rejects(removing, failsWith("cancelled"));
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), [FINALIZER]);
    });

    it("tells how to go on without the cluster, and does so when it is told", async () => {
      const kubeconfig = kubeconfigOf("https://127.0.0.1:1");
      const inputs = inputsOf("kustomize-controller", { kubeconfig });
      await assert.rejects(remove(inputs), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /ECONNREFUSED.*PULUMI_K8S_DELETE_UNREACHABLE.*deleteUnreach/s);
        return true;
      });
      const byVariable = await remove(inputs, { surroundings: { deleteUnreachable: true } });
      assert.match(byVariable.warnings.join(), /cannot be reached/);
      const byInput = await remove({ ...inputs, deleteUnreachable: true });
      assert.match(byInput.warnings.join(), /cannot be reached/);
    });

    it("goes on after the API server has been away", async () => {
      const name = await sample(KUSTOMIZATION);
      await real!.killApiServer();
      const restarted = real!.restartApiServer();
      await remove(inputsOf("kustomize-controller"));
      await restarted;
      assert.deepEqual(await finalizersOf(cluster, KUSTOMIZATION, name), []);
    });

    it("counts at a refresh what a destroy affects, without a change of state", async () => {
      await sample(kindNamed("HelmRelease"));
      const call = recordedCall();
      const values = inputsOf("helm-controller", { kubeconfig: real!.kubeconfig, cluster: uid });
      const before = knownOf({}, values);
      assert.deepEqual(await uninstallGate({}).read!(before, call), before.state);
      assert.match(call.infos.join(), /3 HelmRelease; a destroy deletes/);
      const gone = recordedCall();
      const kubeconfig = kubeconfigOf("https://127.0.0.1:1");
      assert.deepEqual(
        await uninstallGate({}).read!(knownOf({}, { ...values, kubeconfig }), gone),
        {},
      );
      assert.match(gone.warnings.join(), /not counted/);
    });
  });
});

import assert from "node:assert/strict";
import { listAt, objectAt, textAt } from "../../../provider/core/deployment";
import { ID_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import type { ObjectReference } from "../../../provider/core/lifecycle/inputs";
import { annotationsOf, managedFieldsOf } from "../../../provider/core/lifecycle/ownership";
import { isObject, printId, type JsonObject, type Manifest } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { isClusterError } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { adoption } from "../../../provider/io/lifecycle/adoption";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { controllerDeployment } from "../../support/deployments";
import {
  applyAs,
  installAs,
  INSTALLERS,
  readAll,
  removeDefinitions,
  renderFlux,
} from "../../support/flux-installations";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";

const OWNER = "0123456789abcdef";
const MANAGER = "pulumi-flux-instance";
const FINALIZER = "finalizers.fluxcd.io";
const KUSTOMIZATIONS = {
  group: "kustomize.toolkit.fluxcd.io",
  version: "v1",
  plural: "kustomizations",
};

const resource = adoption({});

const referenceTo = ({ apiVersion, kind, metadata }: Manifest): ObjectReference => {
  const { name, namespace } = metadata;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
};

const named = (live: readonly JsonObject[], kind: string, name: string): JsonObject =>
  live.find((it) => it["kind"] === kind && objectAt(it, "metadata")["name"] === name) ?? {};

const fieldOf = (live: readonly JsonObject[], field: string) =>
  live.map((object) => objectAt(object, "metadata")[field]);

/** All but the namespace, which is joined. */
const ownedIn = (live: readonly JsonObject[]) => live.filter(({ kind }) => kind !== "Namespace");

/** Those who own fields, without the status. */
const managersOf = (live: JsonObject) =>
  managedFieldsOf(live)
    .filter((owner) => textAt(owner, "subresource") === "")
    .map((owner) => `${textAt(owner, "manager")} ${textAt(owner, "operation")}`)
    .toSorted();

/** When we wrote which fields: nothing of it changes where an apply changes nothing. Controllers write beside us at any time. */
const ourWrites = (live: JsonObject) =>
  managedFieldsOf(live).filter((owner) => textAt(owner, "manager") === MANAGER);

/** What restarts the pods when it changes. */
const podOf = (live: readonly JsonObject[], name: string) =>
  objectAt(objectAt(named(live, "Deployment", name), "spec"), "template");

const containerOf = (deployment: JsonObject): JsonObject => {
  const pod = objectAt(objectAt(objectAt(deployment, "spec"), "template"), "spec");
  const [container] = listAt(pod, "containers");
  return isObject(container) ? container : {};
};

/** As the children do it: rendered, with the id of the instance. */
const owned = (manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    annotations: { ...manifest.metadata.annotations, [ID_ANNOTATION]: OWNER },
  },
});

describe("adoption", function () {
  this.timeout(180_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let inputs: (objects: readonly ObjectReference[]) => JsonObject;

  before(async function () {
    real = await startCluster(this);
    const { kubeconfig } = real;
    cluster = await connect({ kubeconfig }, { surroundings: {} });
    const uid = await clusterUid(cluster);
    inputs = (objects) => ({ objects, owner: OWNER, manager: MANAGER, cluster: uid, kubeconfig });
  });
  after(() => real?.stop());

  /** The Kustomization that has a finalizer, so that the definitions don't go before it is taken away. */
  let synced: { readonly namespace: string; readonly name: string } | undefined;
  afterEach(async () => {
    if (synced !== undefined) await giveFinalizer(cluster, synced, []);
    synced = undefined;
    await removeDefinitions(cluster);
  });

  for (const [index, installer] of INSTALLERS.entries()) {
    it(`takes over what ${installer} has left, and keeps every object`, async () => {
      const namespace = `flux-${index}`;
      const manifests = await renderFlux(namespace);
      const objects = manifests.map(referenceTo);
      const adopt = () => resource.create(propertiesOf(inputs(objects)), recordedCall());
      await installAs(installer, cluster, manifests);
      synced = { namespace, name: namespace };
      await giveFinalizer(cluster, synced, [FINALIZER]);
      const before = await readAll(cluster, manifests);

      assert.deepEqual(await adopt(), { adopted: manifests.length - 1 });
      const adopted = await readAll(cluster, manifests);
      assert.deepEqual(fieldOf(adopted, "uid"), fieldOf(before, "uid"));
      assert.deepEqual(
        adopted.map((object) => object["spec"]),
        before.map((object) => object["spec"]),
      );
      assert.deepEqual(leftoversIn(ownedIn(adopted)), []);

      const ours = manifests.map(owned);
      await applyAs(MANAGER, cluster, ours);
      const applied = await readAll(cluster, manifests);
      assert.deepEqual(fieldOf(applied, "uid"), fieldOf(before, "uid"));
      assert.deepEqual(podOf(applied, "source-controller"), podOf(before, "source-controller"));
      assertNothingOldIsLeft(applied, ours, namespace);

      assert.deepEqual(await adopt(), { adopted: 0 });
      await applyAs(MANAGER, cluster, ours);
      const again = await readAll(cluster, manifests);
      assert.deepEqual(again.map(ourWrites), applied.map(ourWrites));
      assert.deepEqual(fieldOf(again, "generation"), fieldOf(applied, "generation"));
    });
  }

  it("takes only what is new, and nothing that is absent", async () => {
    const namespace = "flux-partly";
    await cluster.create(NAMESPACES, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    const scope = { namespace, fieldManager: "flux" };
    const names = ["source-controller", "kustomize-controller"];
    for (const name of names) {
      await cluster.create(DEPLOYMENTS, controllerDeployment(namespace, name), scope);
    }
    const [source, kustomize, helm] = [...names, "helm-controller"].map((name) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace,
      name,
    }));
    const [first, all] = [inputs([source!, helm!]), inputs([source!, kustomize!, helm!])];
    const state = await resource.create(propertiesOf(first), recordedCall());
    assert.deepEqual(state, { adopted: 1 });
    const ofFlux = async (name: string) => {
      const live = await cluster.get(DEPLOYMENTS, { namespace, name });
      return managersOf(live ?? {}).includes("flux Update");
    };
    assert.deepEqual([await ofFlux(names[0]!), await ofFlux(names[1]!)], [false, true]);
    const annotation = { metadata: { annotations: { mine: "yes" } } };
    const name = { namespace, name: names[0]! };
    const patch = { type: "merge", value: annotation } as const;
    await cluster.patch(DEPLOYMENTS, name, patch, { fieldManager: "kubectl-annotate" });
    const call = recordedCall();
    const updated = await resource.update(propertiesOf(all), knownOf(state, first), call);
    assert.deepEqual(updated, { adopted: 2 });
    assert.deepEqual(call.infos, ["took over 1 existing objects"]);
    assert.equal(await ofFlux(names[1]!), false);
    const live = (await cluster.get(DEPLOYMENTS, name)) ?? {};
    assert.ok(managersOf(live).includes("kubectl-annotate Update"));
  });

  it("takes all objects in a cluster that the instance has moved to", async () => {
    const namespace = "flux-partly";
    const name = { namespace, name: "moved" };
    const object = controllerDeployment(namespace, name.name);
    await cluster.create(DEPLOYMENTS, object, { namespace, fieldManager: "flux" });
    const here = inputs([{ apiVersion: "apps/v1", kind: "Deployment", ...name }]);
    const update = async (old: JsonObject) => {
      const known = knownOf({ adopted: 7 }, old);
      return await resource.update(propertiesOf(here), known, recordedCall());
    };
    assert.deepEqual(await update(here), { adopted: 7 });
    assert.deepEqual(await update({ ...here, cluster: "another-uid" }), { adopted: 8 });
  });

  it("takes over no object that is being deleted", async () => {
    const namespace = "flux-partly";
    const name = { namespace, name: "going" };
    const object = controllerDeployment(namespace, name.name);
    const metadata = { ...(object["metadata"] as JsonObject), finalizers: ["example.com/keep"] };
    await cluster.create(DEPLOYMENTS, { ...object, metadata }, { namespace });
    await cluster.delete(DEPLOYMENTS, name);
    const reference = { apiVersion: "apps/v1", kind: "Deployment", ...name };
    const adopted = resource.create(propertiesOf(inputs([reference])), recordedCall());
    await assert.rejects(adopted, /Being deleted, and not from this stack/);
    const value = { metadata: { finalizers: null } };
    await cluster.patch(DEPLOYMENTS, name, { type: "merge", value });
  });

  it("changes nothing where an object belongs to another instance", async () => {
    const namespace = "flux-partly";
    const other = "fedcba9876543210";
    for (const name of ["one", "two"]) {
      const object = controllerDeployment(namespace, name);
      await cluster.create(DEPLOYMENTS, object, { namespace, fieldManager: "flux" });
    }
    const value = { metadata: { annotations: { [ID_ANNOTATION]: other } } };
    await cluster.patch(DEPLOYMENTS, { namespace, name: "two" }, { type: "merge", value });
    const objects = ["one", "two"].map((name) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace,
      name,
    }));
    const adopted = resource.create(propertiesOf(inputs(objects)), recordedCall());
    await assert.rejects(adopted, (error: Error) =>
      error.message.includes(`FLUX_INSTANCE_TAKE_OVER=${other} pulumi up`),
    );
    const one = await cluster.get(DEPLOYMENTS, { namespace, name: "one" });
    assert.deepEqual(managersOf(one ?? {}), ["flux Update"]);
  });

  it("changes nothing in another cluster", async () => {
    const elsewhere = { ...inputs([]), cluster: "another-uid" };
    await assert.rejects(resource.create(propertiesOf(elsewhere), recordedCall()), (error) =>
      isClusterError(error, "another-cluster"),
    );
  });

  it("goes on after changes of somebody else", async () => {
    const namespace = "flux-partly";
    const name = { namespace, name: "raced" };
    const object = controllerDeployment(namespace, name.name);
    await cluster.create(DEPLOYMENTS, object, { namespace, fieldManager: "flux" });
    let writes = 0;
    const racing = async () => {
      for (; writes < 40; writes += 1) {
        const value = { metadata: { annotations: { count: String(writes) } } };
        await cluster.patch(DEPLOYMENTS, name, { type: "merge", value }, { fieldManager: "racer" });
      }
    };
    const reference = { apiVersion: "apps/v1", kind: "Deployment", ...name };
    const adopt = resource.create(propertiesOf(inputs([reference])), recordedCall());
    const [state] = await Promise.all([adopt, racing()]);
    assert.deepEqual(state, { adopted: 1 });
    const live = (await cluster.get(DEPLOYMENTS, name)) ?? {};
    assert.deepEqual(managersOf(live), [`${MANAGER} Apply`, "racer Update"]);
    assert.equal(annotationsOf(live)["count"], "39");
  });
});

describe("adoption as a resource", () => {
  const reference = { apiVersion: "v1", kind: "Service", namespace: "n", name: "s" };
  const old: JsonObject = { objects: [reference], owner: OWNER, manager: MANAGER, cluster: "uid" };
  const diff = (next: JsonObject, ...unknown: readonly string[]) =>
    resource.diff(propertiesOf({ ...old, ...next }, ...unknown), knownOf({}, old), recordedCall());

  it("is changed only by new objects", async () => {
    const same = { updated: [], replaced: [] };
    assert.deepEqual(await diff({}), same);
    assert.deepEqual(await diff({ objects: [], kubeconfig: "other", owner: "other" }), same);
    const objects = [reference, { ...reference, name: "t" }];
    assert.deepEqual(await diff({ objects }), { updated: ["objects"], replaced: [] });
    assert.deepEqual(await diff({}, "objects"), { updated: ["objects"], replaced: [] });
  });

  it("runs again in another cluster, not in one that is not known yet", async () => {
    assert.deepEqual(await diff({ cluster: "other" }), { updated: ["cluster"], replaced: [] });
    const next = propertiesOf({ objects: [reference], owner: OWNER, manager: MANAGER }, "cluster");
    const found = await resource.diff(next, knownOf({}, old), recordedCall());
    assert.deepEqual(found, { updated: [], replaced: [] });
  });
});

/** What names another installer on an object, or owns a field in its name. */
function leftoversIn(live: readonly JsonObject[]): readonly string[] {
  const marks = /^(?:kubectl\.kubernetes\.io|meta\.helm\.sh|kustomize\.toolkit\.fluxcd\.io\/name)/;
  return live.flatMap((object) => {
    const { labels, annotations } = objectAt(object, "metadata");
    const keys = Object.keys({ ...(labels as object), ...(annotations as object) });
    const owners = managersOf(object).filter(
      (owner) =>
        owner !== `${MANAGER} Apply` && !/^(?:kube-|kustomize-controller Update)/.test(owner),
    );
    return [...keys.filter((key) => marks.test(key)), ...owners];
  });
}

function assertNothingOldIsLeft(
  live: readonly JsonObject[],
  ours: readonly Manifest[],
  namespace: string,
): void {
  assert.deepEqual(leftoversIn(ownedIn(live)), []);
  const rendered = ours.find(
    (it) => printId(it) === `Deployment/${namespace}/kustomize-controller`,
  );
  const [is, shall] = [named(live, "Deployment", "kustomize-controller"), rendered ?? {}].map(
    containerOf,
  );
  assert.deepEqual(is?.["args"], shall?.["args"]);
  const names = (container: JsonObject | undefined) =>
    listAt(container ?? {}, "env").map((variable) => isObject(variable) && variable["name"]);
  assert.deepEqual(names(is), names(shall));
  const source = objectAt(named(live, "GitRepository", namespace), "spec");
  assert.deepEqual(source["ref"], { name: "refs/heads/main" });
  assert.equal(source["timeout"], "60s");
  const metadata = objectAt(named(live, "Kustomization", namespace), "metadata");
  assert.deepEqual(metadata["finalizers"], [FINALIZER]);
  for (const object of ownedIn(live)) {
    const labels = objectAt(objectAt(object, "metadata"), "labels");
    assert.equal(labels["app.kubernetes.io/managed-by"], "pulumi");
    assert.equal(labels["helm.sh/chart"], undefined);
    assert.equal(labels["fluxcd.controlplane.io/name"], undefined);
  }
}

/** As kustomize-controller puts it on its objects. */
async function giveFinalizer(
  cluster: Cluster,
  name: { readonly namespace: string; readonly name: string },
  finalizers: readonly string[],
): Promise<void> {
  const patch = { type: "merge", value: { metadata: { finalizers } } } as const;
  const settings = { fieldManager: "kustomize-controller" };
  await cluster.patch(KUSTOMIZATIONS, name, patch, settings);
}

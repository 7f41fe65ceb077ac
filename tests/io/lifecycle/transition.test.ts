import assert from "node:assert/strict";
import { without } from "../../../provider/core/deployment";
import { OWNER_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import type { Definition } from "../../../provider/core/lifecycle/definitions";
import { FLUX_KINDS } from "../../../provider/core/lifecycle/kinds";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { isClusterError } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { transition } from "../../../provider/io/lifecycle/transition";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { createDefinitions, createSample } from "../../support/custom-resources";
import { controllerDeployment } from "../../support/deployments";
import {
  kubeconfigOf,
  startFakeApiServer,
  type FakeApiServer,
} from "../../support/fake-api-server";
import { createOperator, INSTANCES } from "../../support/flux-operator";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";

const URN = "urn:pulumi:prod::fleet::flux-instance:index:FluxInstance::flux";
const FLUX = "flux-system";
const NOWHERE = kubeconfigOf("http://127.0.0.1:1");

const resource = transition({});

const deployment = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace: FLUX,
  name,
});

const OBJECTS = [
  { apiVersion: "v1", kind: "Namespace", name: FLUX },
  { apiVersion: "v1", kind: "ServiceAccount", namespace: FLUX, name: "source-controller" },
  deployment("source-controller"),
  {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    namespace: FLUX,
    name: FLUX,
  },
];

const inputsOf = (more: JsonObject = {}): JsonObject => ({
  version: "v2.9.4",
  namespace: FLUX,
  components: ["source-controller", "notification-controller"],
  objects: OBJECTS,
  definitions: [],
  deletionPolicy: "Uninstall",
  adopt: false,
  upsert: false,
  instance: URN,
  manager: "pulumi-flux-instance",
  ...more,
});

const check = async (next: JsonObject, old?: JsonObject, ...unknown: readonly string[]) => {
  const call = recordedCall();
  const former = old === undefined ? undefined : propertiesOf(old);
  const problems = await resource.check!(propertiesOf(next, ...unknown), former, call);
  return { problems, warnings: call.warnings };
};

/** A cluster of which only the identity is known. */
const startOther = (uid: string): Promise<FakeApiServer> =>
  startFakeApiServer(({ path }) =>
    path === "/api/v1/namespaces/kube-system"
      ? { status: 200, body: { metadata: { name: "kube-system", uid } } }
      : { status: 404, body: { reason: "NotFound" } },
  );

describe("transition without a cluster", () => {
  it("asks nothing where nothing has changed", async () => {
    const inputs = inputsOf({ kubeconfig: NOWHERE });
    assert.deepEqual(await check(inputs, inputs), { problems: [], warnings: [] });
  });

  it("asks nothing where the cluster is not known, and still refuses", async () => {
    const next = inputsOf({ version: "v2.8.8" });
    const { problems, warnings } = await check(next, inputsOf(), "kubeconfig");
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["version"],
    );
  });

  it("waits for what decides", async () => {
    const next = without(inputsOf({ kubeconfig: NOWHERE, namespace: "other" }), "version");
    const found = await check(next, inputsOf({ kubeconfig: NOWHERE }), "version");
    assert.deepEqual(found, { problems: [], warnings: [] });
  });

  it("has one warning for a cluster that can't be reached, and refuses what it can", async () => {
    const old = inputsOf({ kubeconfig: NOWHERE });
    const components = ["source-controller"];
    const next = inputsOf({ kubeconfig: NOWHERE, version: "v2.8.8", components });
    const start = Date.now();
    const { problems, warnings } = await check(next, old);
    assert.ok(Date.now() - start < 3_500);
    assert.equal(problems.length, 1);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? "", /notification-controller will be removed.*can't be counted/);
    assert.match(warnings[1] ?? "", /^could not look at the cluster: .*http:\/\/127\.0\.0\.1:1/);
  });

  it("gives up on a cluster that does not answer", async () => {
    const silent = await startFakeApiServer(() => "silence");
    const start = Date.now();
    try {
      const { problems, warnings } = await check(inputsOf({ kubeconfig: silent.kubeconfig }));
      assert.deepEqual(problems, []);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", /does not answer in time/);
      assert.ok(Date.now() - start < 4_500);
    } finally {
      await silent.close();
    }
  });

  it("is changed by what it is told, and by nothing else", async () => {
    const known = knownOf({ cluster: "uid" }, inputsOf());
    const diff = (inputs: JsonObject, ...unknown: readonly string[]) =>
      resource.diff(propertiesOf(inputs, ...unknown), known, recordedCall());
    assert.deepEqual(await diff(inputsOf()), { updated: [], replaced: [] });
    assert.deepEqual(await diff({ ...inputsOf(), deleteUnreachable: true }), {
      updated: [],
      replaced: [],
    });
    const upgraded = inputsOf({ version: "v2.9.5", objects: OBJECTS.slice(1) });
    assert.deepEqual(await diff(upgraded), { updated: ["objects", "version"], replaced: [] });
    assert.deepEqual(await diff(inputsOf(), "kubeconfig"), { updated: [], replaced: [] });
    assert.deepEqual(await diff(inputsOf(), "version"), { updated: ["version"], replaced: [] });
  });

  it("knows its cluster in the preview of an update", async () => {
    const call = recordedCall();
    const preview = resource.preview!.bind(resource);
    const known = knownOf({ cluster: "uid" }, inputsOf());
    assert.deepEqual(await preview(propertiesOf(inputsOf()), known, call), { cluster: "uid" });
    assert.deepEqual(await preview(propertiesOf(inputsOf()), undefined, call), {});
  });
});

describe("transition in a cluster", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid: string;
  let other: FakeApiServer;
  let inputs: (more?: JsonObject) => JsonObject;

  before(async function () {
    real = await startCluster(this);
    const { kubeconfig } = real;
    cluster = await connect({ kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    other = await startOther("another-uid");
    inputs = (more = {}) => inputsOf({ kubeconfig, ...more });
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: FLUX } };
    await cluster.create(NAMESPACES, namespace);
  });
  after(async () => {
    await (other as FakeApiServer | undefined)?.close();
    await real?.stop();
  });

  it("records the cluster, and keeps to it", async () => {
    const call = recordedCall();
    const state = await resource.create(propertiesOf(inputs()), call);
    assert.deepEqual(state, { cluster: uid });
    const known = knownOf(state, inputs());
    assert.deepEqual(await resource.update(propertiesOf(inputs()), known, call), state);
    const elsewhere = knownOf({ cluster: "another-uid" }, inputs());
    await assert.rejects(resource.update(propertiesOf(inputs()), elsewhere, call), (error) =>
      isClusterError(error, "another-cluster"),
    );
    await resource.delete(known, call);
  });

  it("tells a rotated kubeconfig from another cluster", async () => {
    const diff = async (kubeconfig: string) => {
      const call = recordedCall();
      const known = knownOf({ cluster: uid }, inputs());
      const next = propertiesOf(inputs({ kubeconfig, version: "v2.9.5" }));
      return { ...(await resource.diff(next, known, call)), warnings: call.warnings.length };
    };
    const updated = ["version"];
    const rotated = `${real!.kubeconfig}\n# rotated`;
    assert.deepEqual(await diff(rotated), { updated, replaced: [], warnings: 0 });
    assert.deepEqual(await diff(other.kubeconfig), {
      updated,
      replaced: ["kubeconfig"],
      warnings: 0,
    });
    assert.deepEqual(await diff(NOWHERE), { updated, replaced: [], warnings: 1 });
  });

  it("has nothing against an older version in another cluster", async () => {
    const old = inputs({ kubeconfig: other.kubeconfig });
    const next = inputs({ version: "v2.8.8", objects: [] });
    assert.deepEqual(await check(next, old), { problems: [], warnings: [] });
    const rotated = inputs({ kubeconfig: `${real!.kubeconfig}\n# rotated` });
    assert.equal((await check(next, rotated)).problems.length, 1);
    assert.equal((await check(next, inputs({ kubeconfig: NOWHERE }))).problems.length, 1);
  });

  it("finds what is there before the first installation", async () => {
    assert.deepEqual(await check(inputs()), { problems: [], warnings: [] });
    const existing = controllerDeployment(FLUX, "source-controller");
    const scope = { namespace: FLUX, fieldManager: "flux" };
    await cluster.create(DEPLOYMENTS, existing, scope);
    const { problems, warnings } = await check(inputs());
    assert.deepEqual(warnings, []);
    assert.equal(problems.length, 1);
    const { path, reason } = problems[0]!;
    assert.equal(path, "adopt");
    assert.match(
      reason,
      /^Already in the cluster, .*: Deployment\/flux-system\/source-controller\./,
    );
    assert.match(reason, /field manager flux/);
    const adopting = inputs({ adopt: true, upsert: true });
    assert.deepEqual(await check(adopting), { problems: [], warnings: [] });
    const unsure = without(inputs({ adopt: true }), "upsert");
    assert.deepEqual((await check(unsure, undefined, "upsert")).problems, []);
    const refused = await check(inputs({ adopt: true }));
    assert.match(refused.problems[0]?.reason ?? "", /upsertExistingObjects/);
  });

  it("asks only for what is new", async () => {
    const next = inputs({ version: "v2.9.5" });
    assert.deepEqual((await check(next, inputs())).problems, []);
    const old = inputs({ objects: [] });
    assert.equal((await check(next, old)).problems.length, 1);
  });

  it("never takes what another instance has", async () => {
    const name = { namespace: FLUX, name: "source-controller" };
    const annotations = { [OWNER_ANNOTATION]: `${URN}-other` };
    const value = { metadata: { annotations } };
    await cluster.patch(DEPLOYMENTS, name, { type: "merge", value });
    const { problems } = await check(inputs({ adopt: true, upsert: true }));
    assert.equal(problems.length, 1);
    assert.ok(problems[0]?.reason.includes(`aliases: ["${URN}-other"]`));
    const own = await check(inputs({ instance: `${URN}-other`, upsert: true }));
    assert.deepEqual(own.problems, []);
  });

  it("refuses Flux Operator's FluxInstance until it is disabled", async () => {
    await createOperator(cluster, FLUX);
    const adopting = inputs({ adopt: true, upsert: true, instance: `${URN}-other` });
    const { problems, warnings } = await check(adopting);
    assert.deepEqual(warnings, []);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.reason ?? "", /Flux Operator reconciles.* flux-system\/flux /);
    const annotations = { "fluxcd.controlplane.io/reconcile": "disabled" };
    const value = { metadata: { annotations } };
    await cluster.patch(INSTANCES, { namespace: FLUX, name: "flux" }, { type: "merge", value });
    assert.deepEqual((await check(adopting)).problems, []);
  });

  it("counts what goes with a component, and tells who still uses a removed version", async () => {
    await createDefinitions(cluster, ["notification-controller"]);
    const [alert, , receiver] = FLUX_KINDS["notification-controller"];
    for (const name of ["a", "b"]) {
      await createSample(cluster, alert!, { namespace: FLUX, name });
    }
    await createSample(cluster, receiver!, { namespace: FLUX, name: "r" });
    const version = (name: string) => ({ name, served: true, storage: name === "v2" });
    const receivers = (...names: readonly string[]): Definition => ({
      name: "receivers.notification.toolkit.fluxcd.io",
      group: "notification.toolkit.fluxcd.io",
      kind: "Receiver",
      plural: "receivers",
      component: "notification-controller",
      versions: names.map(version),
    });
    const old = inputs({ definitions: [receivers("v1", "v2")] });
    const removed = await check(inputs({ components: ["source-controller"] }), old);
    assert.deepEqual(removed.problems, []);
    assert.equal(removed.warnings.length, 1);
    assert.match(removed.warnings[0] ?? "", /: 2 Alert, 1 Receiver\. /);
    const upgraded = await check(inputs({ definitions: [receivers("v2")] }), old);
    assert.deepEqual(upgraded.problems, []);
    assert.equal(upgraded.warnings.length, 1);
    assert.match(upgraded.warnings[0] ?? "", /Receiver .*\/v1 is removed.*flux-system\/r/);
  });
});

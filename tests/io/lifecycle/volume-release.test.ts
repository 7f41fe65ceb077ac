import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { withObjectAt } from "../../../provider/core/deployment";
import { ID_ANNOTATION } from "../../../provider/core/lifecycle/marks";
import type { JsonObject } from "../../../provider/core/manifest";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { isClusterError } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { CLAIMS, DEPLOYMENTS, NAMESPACES } from "../../../provider/io/cluster/types";
import { transition } from "../../../provider/io/lifecycle/transition";
import { replacesVolumes } from "../../../provider/io/lifecycle/volume-release";
import { startCluster, type Cluster as TestCluster } from "../../support/cluster";
import { controllerDeployment } from "../../support/deployments";
import { knownOf, propertiesOf, recordedCall } from "../../support/lifecycle-call";
import { OWNER, transitionInputs } from "../../support/transition-inputs";

const FLUX = "flux-system";
const resource = transition({});

const storage = (size: string, allowReplace = true, name = "fast"): JsonObject => ({
  storage: { class: name, size, allowReplace },
});

describe("volumes", () => {
  it("are replaced for another class or size, where that is allowed", () => {
    const of = (size: string, allowReplace = true, name = "fast") => ({
      storage: { class: name, size, allowReplace },
    });
    assert.equal(replacesVolumes(of("1Gi"), of("2Gi")), true);
    assert.equal(replacesVolumes(of("2Gi"), of("1Gi")), true);
    assert.equal(replacesVolumes(of("1Gi"), of("1Gi", true, "slow")), true);
    assert.equal(replacesVolumes(of("1Gi", false), of("2Gi")), true);
    assert.equal(replacesVolumes(of("1Gi"), of("2Gi", false)), false);
    assert.equal(replacesVolumes(of("1Gi"), of("1Gi")), false);
    assert.equal(replacesVolumes({}, of("1Gi")), false);
    assert.equal(replacesVolumes(of("1Gi"), {}), false);
  });
});

describe("volumes that are replaced", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;
  let uid: string;

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
    uid = await clusterUid(cluster);
    await cluster.create(NAMESPACES, { metadata: { name: FLUX } });
  });
  after(() => real?.stop());
  afterEach(async () => {
    for (const type of [DEPLOYMENTS, CLAIMS]) {
      for await (const { metadata } of cluster.list(type, { namespace: FLUX })) {
        const { name } = metadata as { readonly name: string };
        await letGo(type, name);
        await cluster.delete(type, { namespace: FLUX, name });
        while ((await live(type, name)) !== undefined) await sleep(50);
      }
    }
  });

  const mark = (id: string): JsonObject => ({ annotations: { [ID_ANNOTATION]: id } });
  const create = async (type: typeof CLAIMS, object: JsonObject, id: string, held = false) => {
    const metadata = object["metadata"] as JsonObject;
    const finalizers = held ? { finalizers: ["example.com/keep"] } : {};
    const marked = { ...object, metadata: { ...metadata, ...mark(id), ...finalizers } };
    await cluster.create(type, marked, { namespace: FLUX });
  };
  const createClaim = (name: string, id = OWNER, held = false) =>
    create(CLAIMS, claim(name), id, held);
  const createUser = (name: string, of: string | undefined, id = OWNER) =>
    create(DEPLOYMENTS, userOf(name, of), id);
  const letGo = async (type: typeof CLAIMS, name: string) => {
    const patch = { type: "merge", value: { metadata: { finalizers: null } } } as const;
    await cluster.patch(type, { namespace: FLUX, name }, patch);
  };
  const live = async (type: typeof CLAIMS, name: string) => {
    const object = await cluster.get(type, { namespace: FLUX, name });
    return object?.["metadata"] as JsonObject | undefined;
  };

  const objects = [
    ...["data", "shard"].map((name) => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", name })),
    ...["source", "sharded", "other"].map((name) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      name,
    })),
  ].map((reference) => ({ ...reference, namespace: FLUX }));
  const inputsOf = (more: JsonObject): JsonObject =>
    transitionInputs({
      ...more,
      objects,
      cluster: uid,
      server: cluster.session.server,
      kubeconfig: real!.kubeconfig,
    });
  const update = async (
    next: JsonObject,
    signal = new AbortController().signal,
    old: JsonObject = {},
  ) => {
    const call = recordedCall(signal);
    const known = knownOf({}, inputsOf({ ...storage("1Gi"), ...old }));
    const state = await resource.update(propertiesOf(inputsOf(next)), known, call);
    return { volume: state["volume"], call };
  };

  it("go with the Deployments that use them, and with nothing else", async () => {
    await createClaim("data");
    await createClaim("shard");
    await createClaim("theirs");
    await createUser("source", "data");
    await createUser("sharded", "shard");
    await createUser("other", undefined);
    await createUser("unlisted", "theirs");
    const kept = await live(DEPLOYMENTS, "other");
    const { volume } = await update(storage("2Gi"));
    assert.equal(volume, "fast 2Gi");
    for (const name of ["data", "shard"]) assert.equal(await live(CLAIMS, name), undefined);
    for (const name of ["source", "sharded"]) {
      assert.equal(await live(DEPLOYMENTS, name), undefined);
    }
    assert.equal((await live(DEPLOYMENTS, "other"))?.["uid"], kept?.["uid"]);
    assert.equal((await live(CLAIMS, "theirs"))?.["deletionTimestamp"], undefined);
    assert.equal((await live(DEPLOYMENTS, "unlisted"))?.["deletionTimestamp"], undefined);
    assert.equal((await update(storage("2Gi"))).volume, "fast 2Gi", "there is nothing to release");
  });

  it("stay where nothing is replaced", async () => {
    await createClaim("data");
    await createUser("source", "data");
    await update(storage("1Gi"));
    await update(storage("2Gi", false));
    assert.equal((await live(CLAIMS, "data"))?.["deletionTimestamp"], undefined);
    assert.equal((await live(DEPLOYMENTS, "source"))?.["deletionTimestamp"], undefined);
  });

  it("stay where they are somebody else's", async () => {
    await createClaim("data", "another-id");
    await createUser("source", "data", "another-id");
    await update(storage("2Gi"));
    assert.equal((await live(CLAIMS, "data"))?.["deletionTimestamp"], undefined);
    assert.equal((await live(DEPLOYMENTS, "source"))?.["deletionTimestamp"], undefined);
  });

  it("go by the id of this update, also where it was taken over just now", async () => {
    await createClaim("data");
    await update(storage("2Gi"), undefined, { owner: "former-id" });
    assert.equal(await live(CLAIMS, "data"), undefined);
  });

  it("are waited for, and named where the time is over", async () => {
    await createClaim("data", OWNER, true);
    await assert.rejects(update(storage("2Gi"), AbortSignal.timeout(2_000)), (error) => {
      assert.ok(isClusterError(error, "timeout"), String(error));
      const held = "persistentvolumeclaims flux-system/data (finalizers example.com/keep";
      assert.ok(error.message.includes(held), error.message);
      return true;
    });
    const updated = update(storage("2Gi"));
    await sleep(1_000);
    assert.notEqual(await live(CLAIMS, "data"), undefined);
    await letGo(CLAIMS, "data");
    await updated;
    assert.equal(await live(CLAIMS, "data"), undefined);
  });
});

function claim(name: string): JsonObject {
  const resources = { requests: { storage: "1Gi" } };
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec };
}

/** A Deployment without pods, whose template mounts a claim. */
function userOf(name: string, claimName: string | undefined): JsonObject {
  const deployment = controllerDeployment(FLUX, name, name, 0);
  if (claimName === undefined) return deployment;
  return withObjectAt(deployment, ["spec", "template", "spec"], (spec) => ({
    ...spec,
    volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
  }));
}

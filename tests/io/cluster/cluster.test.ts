import assert from "node:assert/strict";
import { connect, type Cluster } from "../../../provider/io/cluster/cluster";
import { retryConflicts } from "../../../provider/io/cluster/conflict";
import { typesOf, versionsOf } from "../../../provider/io/cluster/discovery";
import { ClusterError, type ClusterErrorCode } from "../../../provider/io/cluster/error";
import { clusterUid } from "../../../provider/io/cluster/identity";
import { collect } from "../../../provider/io/cluster/list";
import { readEvents } from "../../../provider/io/cluster/pods";
import { readPullSecret } from "../../../provider/io/cluster/pull-secret";
import { EVENTS, NAMESPACES, SECRETS } from "../../../provider/io/cluster/types";
import { metadataOf, startCluster, type Cluster as TestCluster } from "../../support/cluster";

const CONFIG_MAPS = { group: "", version: "v1", plural: "configmaps" };
const NOTHINGS = { group: "nothing.example.com", version: "v1", plural: "nothings" };
const scope = { namespace: "default" };

const hasCode = (code: ClusterErrorCode) => (error: unknown) =>
  error instanceof ClusterError && error.code === code;

const named = (name: string) => ({ ...scope, name });

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels: { made: "here" } },
  data,
});

describe("a cluster", function () {
  this.timeout(120_000);
  let real: TestCluster | undefined;
  let cluster: Cluster;

  before(async function () {
    real = await startCluster(this);
    cluster = await connect({ kubeconfig: real.kubeconfig }, { surroundings: {} });
  });
  after(() => real?.stop());

  it("is told by the UID of its namespace kube-system", async () => {
    const uid = await clusterUid(cluster);
    const found = await cluster.get(NAMESPACES, { name: "kube-system" });
    assert.match(uid, /^[\da-f-]{36}$/);
    assert.equal(uid, metadataOf(found, "uid"));
  });

  it("keeps objects: create, read, patch, replace, delete", async () => {
    const name = named("kept");
    assert.equal(await cluster.get(CONFIG_MAPS, name), undefined);
    await cluster.create(CONFIG_MAPS, configMap("kept"), { ...scope, dryRun: true });
    assert.equal(await cluster.get(CONFIG_MAPS, name), undefined);
    const created = await cluster.create(CONFIG_MAPS, configMap("kept"), scope);
    const again = cluster.create(CONFIG_MAPS, configMap("kept"), scope);
    await assert.rejects(again, hasCode("already-exists"));
    await cluster.patch(CONFIG_MAPS, name, { type: "merge", value: { data: { a: "1" } } });
    const operations = [{ op: "test", path: "/data/a", value: "2" }];
    const tested = cluster.patch(CONFIG_MAPS, name, { type: "json", operations });
    await assert.rejects(tested, hasCode("invalid"));
    const value = { apiVersion: "v1", kind: "ConfigMap", data: { a: "3" } };
    const apply = { type: "apply", value } as const;
    const manager = { fieldManager: "tester" };
    await assert.rejects(cluster.patch(CONFIG_MAPS, name, apply, manager), hasCode("conflict"));
    await cluster.patch(CONFIG_MAPS, name, { ...apply, force: true }, manager);
    const current = await cluster.get(CONFIG_MAPS, name);
    assert.deepEqual(current?.["data"], { a: "3" });
    const stale = cluster.update(CONFIG_MAPS, name, { ...created, data: {} });
    await assert.rejects(stale, hasCode("conflict"));
    await cluster.update(CONFIG_MAPS, name, { ...current, data: { b: "4" } });
    await assert.rejects(cluster.delete(CONFIG_MAPS, name, { uid: "other" }), hasCode("conflict"));
    assert.equal(await cluster.delete(CONFIG_MAPS, name), true);
    assert.equal(await cluster.delete(CONFIG_MAPS, name), false);
  });

  it("lists in pages, also only the metadata, and nothing of an absent type", async () => {
    for (const name of ["l1", "l2", "l3", "l4", "l5"]) {
      await cluster.create(CONFIG_MAPS, configMap(name, { a: "b" }), scope);
    }
    const labels = "made=here";
    const all = await collect(cluster.list(CONFIG_MAPS, { labels, limit: 2 }));
    const names = all.map((item) => metadataOf(item, "name"));
    assert.deepEqual(names, ["l1", "l2", "l3", "l4", "l5"]);
    assert.deepEqual(all[0]?.["data"], { a: "b" });
    const [slim] = await collect(cluster.list(CONFIG_MAPS, { labels, metadataOnly: true }));
    assert.equal(metadataOf(slim, "name"), "l1");
    assert.equal(slim?.["data"], undefined);
    assert.deepEqual(await collect(cluster.list(NOTHINGS)), []);
  });

  it("tells what it serves", async () => {
    assert.deepEqual(await versionsOf(cluster, "apps"), ["v1"]);
    assert.deepEqual(await versionsOf(cluster, NOTHINGS.group), []);
    const types = await typesOf(cluster, "apps", "v1");
    const deployments = types.find(({ plural }) => plural === "deployments");
    assert.equal(deployments?.kind, "Deployment");
    assert.equal(deployments.namespaced, true);
    assert.ok(deployments.verbs.includes("patch"));
    assert.ok(types.every(({ plural }) => !plural.includes("/")));
    assert.deepEqual(await typesOf(cluster, NOTHINGS.group, "v1"), []);
  });

  it("repeats what somebody else's change has spoilt", async () => {
    const name = named("raced");
    await cluster.create(CONFIG_MAPS, configMap("raced"), scope);
    let attempts = 0;
    await retryConflicts(async () => {
      attempts += 1;
      const found = await cluster.get(CONFIG_MAPS, name);
      if (attempts < 3) {
        const value = { data: { somebody: String(attempts) } };
        await cluster.patch(CONFIG_MAPS, name, { type: "merge", value });
      }
      await cluster.update(CONFIG_MAPS, name, { ...found, data: { done: "yes" } });
    }, cluster.session.signal);
    assert.equal(attempts, 3);
    assert.deepEqual((await cluster.get(CONFIG_MAPS, name))?.["data"], { done: "yes" });
  });

  it("tells an object's events, the newest last", async () => {
    const made = await cluster.create(CONFIG_MAPS, configMap("told"), scope);
    const uid = metadataOf(made, "uid");
    const event = (name: string, lastTimestamp: string) => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name },
      involvedObject: { kind: "ConfigMap", namespace: "default", name: "told", uid },
      reason: name,
      lastTimestamp,
    });
    await cluster.create(EVENTS, event("late", "2026-01-02T00:00:00Z"), scope);
    await cluster.create(EVENTS, event("early", "2026-01-01T00:00:00Z"), scope);
    const events = await readEvents(cluster, { namespace: "default", uid });
    const reasons = events.map(({ reason }) => reason);
    assert.deepEqual(reasons, ["early", "late"]);
  });

  it("gives a pull secret", async () => {
    const dockerConfig = '{"auths":{}}';
    const secret = (name: string, data: Record<string, string>) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name },
      stringData: data,
    });
    await cluster.create(SECRETS, secret("pull", { ".dockerconfigjson": dockerConfig }), scope);
    await cluster.create(SECRETS, secret("other", { key: "hidden" }), scope);
    const read = (name: string) =>
      readPullSecret({ kubeconfig: real!.kubeconfig }, {}, "default", name);
    assert.equal(await read("pull"), dockerConfig);
    await assert.rejects(read("absent"), /Secret default\/absent: there is none/);
    await assert.rejects(read("other"), /it has no \.dockerconfigjson/);
  });
});

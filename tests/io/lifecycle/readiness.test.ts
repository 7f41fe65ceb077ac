import assert from "node:assert/strict";
import { toRecordObject } from "../../../provider/core/lifecycle/owner-record";
import type { JsonObject } from "../../../provider/core/manifest";
import { readiness } from "../../../provider/io/lifecycle/readiness";
import { toReadinessInputs } from "../../../provider/io/lifecycle/readiness-inputs";
import { startFakeApiServer } from "../../support/fake-api-server";
import { recordOf } from "../../support/owned";
import { call, inNamespace, properties, source, synced } from "../../support/readiness";

const handler = readiness({});
const RECORD = "/apis/rbac.authorization.k8s.io/v1/clusterroles/flux-instance";

describe("the inputs of readiness", () => {
  it("have defaults, and a timeout that a timer can take", () => {
    const { wait, timeout } = toReadinessInputs(properties({}));
    assert.deepEqual([wait, timeout], [true, 300]);
    const long = toReadinessInputs(properties({ timeout: 1e9 })).timeout;
    assert.ok(long * 1000 < 2 ** 31);
  });
});

describe("readiness", () => {
  const cluster = { cluster: "uid", owner: "owner", kubeconfig: "none that could be read" };
  const inputs = { ...inNamespace("a"), ...cluster, wait: true, timeout: 300, revision: "1" };

  it("knows in a preview what does not depend on the wait, and keeps its token", async () => {
    const off = properties({ ...inputs, wait: false });
    const known = { id: "i", state: { ready: true, token: "t" }, inputs: off };
    assert.deepEqual(await handler.preview?.(off, undefined, call()), { ready: false });
    assert.deepEqual(await handler.preview?.(off, known, call()), { ready: false, token: "t" });
    assert.deepEqual(await handler.preview?.(properties(inputs), undefined, call()), {});
    assert.deepEqual(await handler.preview?.(properties(inputs), known, call()), { token: "t" });
  });

  it("asks for little where all is ready", async () => {
    const isReady = { type: "Ready", status: "True", observedGeneration: 1 };
    const metadata = { name: "controller", namespace: "a", generation: 1, uid: "uid" };
    const status = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      availableReplicas: 1,
      conditions: [isReady],
    };
    const object = { metadata, spec: {}, status };
    const record = toRecordObject(recordOf("owner", ["source-controller"]));
    const server = await startFakeApiServer(({ path }) => {
      if (path.includes("/clusterroles/")) return { status: 200, body: record };
      return { status: 200, body: path.endsWith("/deployments") ? { items: [object] } : object };
    });
    const { kubeconfig } = server;
    const all = { ...inputs, kubeconfig, sync: [source("a"), synced("b")] };
    assert.equal((await handler.create(properties(all), call()))["ready"], true);
    assert.deepEqual(server.received.map(({ method, path }) => `${method} ${path}`).sort(), [
      "GET /api/v1/namespaces/kube-system",
      "GET /apis/apps/v1/namespaces/a/deployments",
      "GET /apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/b",
      `GET ${RECORD}`,
      "GET /apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/ocirepositories/a",
      `PUT ${RECORD}`,
    ]);
    await server.close();
  });

  const nothing = { updated: [], replaced: [] };
  const updated = (...keys: readonly string[]) => ({ updated: keys, replaced: [] });
  const cases: readonly [string, JsonObject, object, (readonly string[])?][] = [
    ["nothing", {}, nothing],
    ["another hash", { deployments: [{ name: "controller", hash: "2" }] }, updated("deployments")],
    ["a source", { sync: [source("a")] }, updated("sync")],
    ["the namespace", { namespace: "b" }, updated("namespace")],
    ["how and how long", { timeout: 9, kubeconfig: "x", context: "y", revision: "2" }, nothing],
    ["wait, off", { wait: false }, nothing],
    ["all, without a wait", { wait: false, namespace: "b" }, updated("namespace")],
    ["another cluster", { cluster: "other" }, updated("cluster")],
    ["another owner, without a wait", { owner: "other", wait: false }, updated("owner")],
    ["an unknown cluster", {}, nothing, ["cluster"]],
    ["unknown Deployments", {}, updated("deployments"), ["deployments"]],
  ];
  for (const [what, change, expected, unknown = []] of cases) {
    it(`takes a change for what it is: ${what}`, async () => {
      const known = { id: "i", state: { ready: true }, inputs: properties(inputs) };
      const values = Object.fromEntries(
        Object.entries({ ...inputs, ...change }).filter(([key]) => !unknown.includes(key)),
      );
      assert.deepEqual(await handler.diff(properties(values, ...unknown), known, call()), expected);
    });
  }

  it("waits when it is told to, and has nothing to update while it is not", async () => {
    const old = { ...inputs, wait: false };
    const known = { id: "i", state: { ready: false }, inputs: properties(old) };
    assert.deepEqual(await handler.diff(properties(inputs), known, call()), updated("wait"));
    // After a first update that has failed, and a refresh.
    const unready = { id: "i", state: { ready: false, token: "t" }, inputs: properties(inputs) };
    assert.deepEqual(await handler.diff(properties(inputs), unready, call()), updated("wait"));
    const moved = { ...old, deployments: [] };
    assert.deepEqual(await handler.diff(properties(moved), known, call()), nothing);
  });
});

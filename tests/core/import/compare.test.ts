import assert from "node:assert/strict";
import { changedPaths } from "../../../provider/core/import/compare";
import type { JsonObject } from "../../../provider/core/manifest";

const container = (more: JsonObject) => ({
  spec: { template: { spec: { containers: [{ name: "manager", ...more }] } } },
});

const ownedContainer = (fields: JsonObject): JsonObject => ({
  "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"manager"}': fields } } } },
});

const MANAGER = "spec.template.spec.containers[manager]";

describe("changedPaths", () => {
  it("is empty where all is as wanted, whoever owns it", () => {
    const object = { metadata: { uid: "1", labels: { a: "b" } }, spec: { a: [1] }, status: {} };
    const wanted = { metadata: { name: "other", labels: { a: "b" } }, spec: { a: [1] } };
    assert.deepEqual(changedPaths(object, wanted, { "f:spec": {} }), []);
  });

  it("names what differs and what is missing", () => {
    const live = { metadata: { labels: { "a/b": "1" } }, spec: { one: 1, list: [1] } };
    const wanted = { metadata: { labels: { "a/b": "2" } }, spec: { one: 2, list: [2], two: {} } };
    assert.deepEqual(changedPaths(live, wanted, {}), [
      "metadata.labels[a/b]",
      "spec.one",
      "spec.list",
    ]);
    assert.deepEqual(changedPaths({}, { spec: { a: 1 } }, {}), ["spec"]);
  });

  it("names what an installer has set and nobody wants, and not what others have set", () => {
    const live = { spec: { timeout: "33s", replicas: 2, ref: { name: "n", branch: "main" } } };
    const wanted = { spec: { ref: { name: "n" } } };
    const owned = { "f:spec": { "f:timeout": {}, "f:ref": { "f:branch": {} } } };
    assert.deepEqual(changedPaths(live, wanted, owned), ["spec.ref.branch", "spec.timeout"]);
    assert.deepEqual(changedPaths(live, wanted, {}), []);
  });

  it("finds the items of a list by their names", () => {
    const live = container({ env: [{ name: "OLD" }, { name: "INJECTED" }, { name: "SAME" }] });
    const wanted = container({ env: [{ name: "SAME" }, { name: "NEW" }] });
    const owned = ownedContainer({ "f:env": { 'k:{"name":"OLD"}': { ".": {} } } });
    assert.deepEqual(changedPaths(live, wanted, owned), [
      `${MANAGER}.env[NEW]`,
      `${MANAGER}.env[OLD]`,
    ]);
  });

  it("names the texts of a list, which has one owner", () => {
    const live = container({ args: ["--same", "--old"] });
    const wanted = container({ args: ["--same", "--new"] });
    const owned = ownedContainer({ "f:args": {} });
    assert.deepEqual(changedPaths(live, wanted, owned), [
      `${MANAGER}.args[--new]`,
      `${MANAGER}.args[--old]`,
    ]);
  });

  it("leaves out what the server allocates", () => {
    const live = { spec: { clusterIP: "10.0.0.1", volumeName: "one" } };
    assert.deepEqual(changedPaths(live, { spec: { clusterIP: "10.0.0.2" } }, { "f:spec": {} }), []);
  });
});

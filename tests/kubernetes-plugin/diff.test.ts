import assert from "node:assert/strict";

import type { Json, JsonObject } from "../../provider/core/manifest";
import { compare, parsePath, printPath, type Difference } from "../support/kubernetes-plugin/diff";
import { unknownString } from "../support/kubernetes-plugin/struct";

interface Case {
  readonly old: JsonObject;
  readonly next: JsonObject;
  readonly live?: JsonObject;
  readonly patch?: boolean;
  readonly mutable?: boolean;
  readonly ignore?: readonly string[];
}

function run({ old, next, live = old, patch = false, mutable = false, ignore = [] }: Case) {
  return compare({
    oldInputs: old,
    oldLive: live,
    newInputs: next,
    namespaced: true,
    patch,
    mutable: { secrets: mutable, configMaps: mutable },
    ignore,
  });
}

function print({ changes }: Difference): readonly string[] {
  return changes.map(({ path, kind, replaces }) => {
    return `${printPath(path)} ${kind}${replaces ? " replace" : ""}`;
  });
}

function object(apiVersion: string, kind: string, rest: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: "n", namespace: "ns" }, ...rest };
}

function deployment(container: Record<string, Json>, rest: Record<string, Json> = {}): JsonObject {
  const containers = [{ name: "c", image: "i:1", ...container }];
  return object("apps/v1", "Deployment", {
    spec: { selector: { matchLabels: { a: "b" } }, template: { spec: { containers } }, ...rest },
  });
}

describe("kubernetes-plugin diff", () => {
  it("finds nothing where only the server added fields", () => {
    const live = deployment({ terminationMessagePath: "/dev" }, { replicas: 1 });
    assert.deepEqual(print(run({ old: deployment({}), next: deployment({}), live })), []);
  });

  it("names the path of a change in a list", () => {
    const difference = run({ old: deployment({}), next: deployment({ image: "i:2" }) });
    assert.deepEqual(print(difference), ["spec.template.spec.containers[0].image update"]);
    assert.equal(difference.deleteBeforeReplace, false);
  });

  it("tells added from deleted", () => {
    const old = object("example.org/v1", "W", { spec: { a: 1, list: [1, 2] } });
    const next = object("example.org/v1", "W", { spec: { b: { c: 1 }, list: [1] } });
    assert.deepEqual(print(run({ old, next })), [
      "spec.b add",
      "spec.list[1] delete",
      "spec.a delete",
    ]);
  });

  it("sees drift when the checkpointed live object differs", () => {
    const live = deployment({ image: "i:9" });
    const difference = run({ old: deployment({}), next: deployment({}), live });
    assert.deepEqual(print(difference), ["spec.template.spec.containers[0].image update"]);
  });

  it("takes quantities of the same size for the same", () => {
    const old = deployment({ resources: { limits: { cpu: "1000m" } } });
    const live = deployment({ resources: { limits: { cpu: "1" } } });
    assert.deepEqual(print(run({ old, live, next: old })), []);
    const next = deployment({ resources: { limits: { cpu: "2" } } });
    assert.deepEqual(print(run({ old, live, next })), [
      "spec.template.spec.containers[0].resources.limits.cpu update",
    ]);
  });

  it("expects no empty field back from a built-in kind, but does from a custom resource", () => {
    const old = deployment({ args: [], env: [{ name: "E", value: "" }], tty: false });
    const live = deployment({ env: [{ name: "E" }] });
    assert.deepEqual(print(run({ old, live, next: old })), []);
    const custom = object("example.org/v1", "W", { spec: { list: [] } });
    const bare = object("example.org/v1", "W", { spec: {} });
    assert.deepEqual(print(run({ old: custom, live: bare, next: custom })), ["spec.list add"]);
  });

  it("sees replicas: 0 beside a live default", () => {
    const next = deployment({}, { replicas: 0 });
    const live = deployment({}, { replicas: 1 });
    assert.deepEqual(print(run({ old: deployment({}), live, next })), ["spec.replicas add"]);
  });

  it("reports an unknown value as a change", () => {
    const difference = run({ old: deployment({}), next: deployment({ image: unknownString }) });
    assert.deepEqual(print(difference), ["spec.template.spec.containers[0].image update"]);
  });

  it("compares stringData with the data the server made of it", () => {
    const old = object("v1", "Secret", { stringData: { k: "v" } });
    const live = object("v1", "Secret", { data: { k: "dg==" }, type: "Opaque" });
    assert.deepEqual(print(run({ old, live, next: old })), []);
    const next = object("v1", "Secret", { stringData: { k: "w" } });
    assert.deepEqual(print(run({ old, live, next })), ["data.k update replace"]);
    assert.deepEqual(print(run({ old, live, next, mutable: true })), ["data.k update"]);
  });

  it("drops what ignoreChanges names", () => {
    const next = deployment({ image: "i:2", tty: true });
    const ignore = ["spec.template.spec.containers[*].image"];
    assert.deepEqual(print(run({ old: deployment({}), next, ignore })), [
      "spec.template.spec.containers[0].tty add",
    ]);
  });

  const replacing: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
    [
      "a Deployment's selector",
      deployment({}),
      deployment({}, { selector: { matchLabels: { a: "c" } } }),
      ["spec.selector.matchLabels.a update replace"],
    ],
    [
      "a RoleBinding's roleRef",
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
      ["roleRef.name update replace"],
    ],
    [
      "a ConfigMap's data",
      object("v1", "ConfigMap", { data: { k: "v" } }),
      object("v1", "ConfigMap", { data: { k: "w" } }),
      ["data.k update replace"],
    ],
    [
      "a Service's clusterIP that is added with its parent",
      object("v1", "Service", {}),
      object("v1", "Service", { spec: { clusterIP: "None" } }),
      ["spec add replace"],
    ],
  ];
  for (const [name, old, next, expected] of replacing) {
    it(`replaces for ${name}, deleting first`, () => {
      const difference = run({ old, next });
      assert.deepEqual(print(difference), expected);
      assert.equal(difference.deleteBeforeReplace, true);
    });
  }

  it("does not replace a claim that grows", () => {
    const claim = (storage: string): JsonObject =>
      object("v1", "PersistentVolumeClaim", { spec: { resources: { requests: { storage } } } });
    assert.deepEqual(print(run({ old: claim("1Gi"), next: claim("2Gi") })), [
      "spec.resources.requests.storage update",
    ]);
  });

  it("replaces for another name or namespace without deleting first", () => {
    const old = deployment({});
    const moved = { ...old, metadata: { name: "n", namespace: "other" } };
    const difference = run({ old, next: moved });
    assert.deepEqual(print(difference), ["metadata.namespace update replace"]);
    assert.equal(difference.deleteBeforeReplace, false);
  });

  it("updates a Patch in place", () => {
    const old = object("v1", "ConfigMap", { data: { k: "v" } });
    const next = object("v1", "ConfigMap", { data: { k: "w" } });
    assert.deepEqual(print(run({ old, next, patch: true })), ["data.k update"]);
  });

  it("prints and reads paths alike", () => {
    const path = ["metadata", "labels", 'a.b/"c"', 0, "d"];
    assert.equal(printPath(path), 'metadata.labels["a.b/\\"c\\""][0].d');
    assert.deepEqual(parsePath(printPath(path)), path);
  });
});

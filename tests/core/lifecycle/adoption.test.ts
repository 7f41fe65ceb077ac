import assert from "node:assert/strict";
import { adoptionOf } from "../../../provider/core/lifecycle/adoption";
import type { JsonObject } from "../../../provider/core/manifest";

const MANAGER = "pulumi-flux-instance";

const entry = (
  manager: string,
  operation: string,
  fieldsV1: JsonObject,
  more: JsonObject = {},
) => ({
  manager,
  operation,
  apiVersion: "apps/v1",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...more,
});

const object = (metadata: JsonObject): JsonObject => ({
  metadata: { name: "it", resourceVersion: "7", ...metadata },
});

const operationsOf = (metadata: JsonObject) => adoptionOf(object(metadata), MANAGER, "apps/v1");

const ownersAfter = (...managedFields: readonly JsonObject[]): unknown =>
  operationsOf({ managedFields }).find(({ path }) => path === "/metadata/managedFields")?.["value"];

const ONE = { "f:spec": { "f:replicas": {}, "f:template": { ".": {}, "f:a": {} } } };
const OTHER = { "f:spec": { "f:template": { "f:b": {} } }, "f:metadata": { "f:labels": {} } };

describe("adoption", () => {
  it("has nothing to do where nobody else installed it", () => {
    assert.deepEqual(operationsOf({}), []);
    const managedFields = [
      entry(MANAGER, "Apply", ONE),
      entry("kube-controller-manager", "Update", OTHER, { subresource: "status" }),
    ];
    assert.deepEqual(operationsOf({ managedFields }), []);
  });

  it("makes one entry of all installers' fields, and fails where the object has changed", () => {
    const managedFields = [
      entry("flux", "Apply", ONE, { time: "2026-01-02T00:00:00Z" }),
      entry("kubectl-edit", "Update", OTHER, { time: "2026-01-01T00:00:00Z" }),
      entry(MANAGER, "Apply", { "f:data": {} }),
    ];
    const merged = {
      "f:spec": { "f:replicas": {}, "f:template": { ".": {}, "f:a": {}, "f:b": {} } },
      "f:metadata": { "f:labels": {} },
      "f:data": {},
    };
    assert.deepEqual(operationsOf({ managedFields }), [
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      {
        op: "replace",
        path: "/metadata/managedFields",
        value: [entry(MANAGER, "Apply", merged, { time: "2026-01-02T00:00:00Z" })],
      },
    ]);
  });

  const installers: readonly (readonly [string, string, boolean])[] = [
    ["flux", "Apply", true],
    ["flux", "Update", true],
    ["flux-operator", "Apply", true],
    ["kustomize-controller", "Apply", true],
    ["kustomize-controller", "Update", false],
    ["source-controller", "Update", false],
    ["helm-controller", "Update", true],
    ["helm", "Update", true],
    ["helm", "Apply", true],
    ["kubectl-client-side-apply", "Update", true],
    ["kubectl", "Apply", true],
    ["kubectl-edit", "Update", true],
    ["kubectl-rollout", "Update", false],
    ["before-first-apply", "Update", true],
    ["pulumi-kubernetes-1a2b3c4d", "Apply", true],
    [MANAGER, "Update", true],
    ["kube-controller-manager", "Update", false],
    ["vpa-updater", "Update", false],
    ["somebody", "Apply", false],
  ];
  for (const [manager, operation, taken] of installers) {
    it(`${taken ? "takes" : "leaves"} the fields of ${manager} by ${operation}`, () => {
      const theirs = entry(manager, operation, ONE);
      const owners = ownersAfter(theirs);
      assert.deepEqual(owners, taken ? [entry(MANAGER, "Apply", ONE)] : undefined);
    });
  }

  it("leaves status and scale to their owners", () => {
    const status = entry("flux", "Update", OTHER, { subresource: "status" });
    const scale = entry("kubectl", "Update", ONE, { subresource: "scale" });
    assert.equal(ownersAfter(status, scale), undefined);
    const owners = ownersAfter(status, entry("flux", "Apply", ONE), scale);
    assert.deepEqual(owners, [entry(MANAGER, "Apply", ONE), status, scale]);
  });

  it("brings the fields to the version that is served", () => {
    const old = { ...entry("flux", "Apply", ONE), apiVersion: "apps/v1beta1" };
    assert.deepEqual(ownersAfter(old), [entry(MANAGER, "Apply", ONE)]);
  });

  it("removes what other tools find the object by, and nothing else", () => {
    const operations = operationsOf({
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "meta.helm.sh/release-name": "flux2",
        mine: "kept",
      },
      labels: { "kustomize.toolkit.fluxcd.io/name": "flux-system", app: "kept" },
    });
    assert.deepEqual(operations.slice(1), [
      {
        op: "remove",
        path: "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration",
      },
      { op: "remove", path: "/metadata/annotations/meta.helm.sh~1release-name" },
      { op: "remove", path: "/metadata/labels/kustomize.toolkit.fluxcd.io~1name" },
    ]);
  });

  it("keeps kustomize-controller from applying it again", () => {
    const managedFields = [entry("kustomize-controller", "Apply", ONE)];
    const key = "kustomize.toolkit.fluxcd.io/ssa";
    const last = (metadata: JsonObject) => operationsOf({ managedFields, ...metadata }).at(-1);
    assert.deepEqual(last({}), {
      op: "add",
      path: "/metadata/annotations",
      value: { [key]: "Ignore" },
    });
    assert.deepEqual(last({ annotations: {} }), {
      op: "add",
      path: "/metadata/annotations/kustomize.toolkit.fluxcd.io~1ssa",
      value: "Ignore",
    });
    const told = last({ annotations: { [key]: "Ignore" } });
    assert.equal(told?.["path"], "/metadata/managedFields");
  });
});

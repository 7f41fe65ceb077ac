import assert from "node:assert/strict";
import type { Existing } from "../../../provider/core/lifecycle/ownership";
import { problemsOfOperator } from "../../../provider/core/lifecycle/transition-operator";
import type { JsonObject } from "../../../provider/core/manifest";

const RECONCILE = "fluxcd.controlplane.io/reconcile";

const instance = (namespace: string, annotations: JsonObject = {}): JsonObject => ({
  metadata: { namespace, name: "flux", annotations },
});

const definitionOf = (namespace: string): Existing => ({
  reference: { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "x" },
  live: {
    metadata: {
      labels: {
        "fluxcd.controlplane.io/name": "flux",
        "fluxcd.controlplane.io/namespace": namespace,
      },
    },
  },
});

const reasonOf = (instances: readonly JsonObject[], existing: readonly Existing[] = []) =>
  problemsOfOperator(instances, existing, "flux-system").map(({ reason }) => reason)[0];

describe("Flux Operator", () => {
  it("is refused where it reconciles, with the way to hand over", () => {
    const reason = reasonOf([instance("flux-system")]) ?? "";
    assert.match(reason, /annotate fluxinstance flux --overwrite .*reconcile=disabled/);
    assert.match(reason, /adopt: true.*delete fluxinstance flux.*uninstall Flux Operator/);
  });

  it("is refused where an object is its own, in whatever namespace", () => {
    assert.match(reasonOf([instance("other")], [definitionOf("other")]) ?? "", /other\/flux/);
    assert.equal(reasonOf([instance("other")], [definitionOf("third")]), undefined);
    assert.equal(reasonOf([instance("other")]), undefined);
  });

  it("is no matter where it is told to do nothing, or has nothing", () => {
    assert.equal(reasonOf([instance("flux-system", { [RECONCILE]: "Disabled" })]), undefined);
    assert.match(reasonOf([instance("flux-system", { [RECONCILE]: "enabled" })]) ?? "", /flux/);
    assert.equal(reasonOf([], [definitionOf("flux-system")]), undefined);
  });
});

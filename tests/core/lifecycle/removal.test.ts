import assert from "node:assert/strict";
import type { DeletionPolicy } from "../../../provider/core/lifecycle/plan";
import { keyOf } from "../../../provider/core/lifecycle/ownership";
import {
  componentOf,
  mayLeaveAlone,
  planRemoval,
  referenceOf,
  type Removable,
} from "../../../provider/core/lifecycle/removal";

const removable = (kind: string, component: string, more: Partial<Removable> = {}): Removable => ({
  kind,
  component,
  deletionPolicy: "Uninstall",
  prune: false,
  ...more,
});
const DEFINITION = removable("CustomResourceDefinition", "helm-controller");
const KUSTOMIZATION = removable("Kustomization", "kustomize-controller");
const SOURCE = removable("OCIRepository", "source-controller");
const CLAIM = removable("PersistentVolumeClaim", "");
const ALL = ["helm-controller", "kustomize-controller", "source-controller"];

/** The steps of a plan in words. */
const steps = (object: Removable, wanted: readonly string[]): string => {
  const { requiresStopped, suspends, fate, strips } = planRemoval(object, wanted);
  const parts = [requiresStopped && "stopped", suspends && "suspend", fate, strips && "strip"];
  return parts.filter((part) => part !== false).join(" ");
};

describe("the removal of a retained object", () => {
  const cases: readonly [string, Removable, readonly string[], string][] = [
    ["a definition, at a destroy", DEFINITION, [], "stopped delete strip"],
    ["a definition with its controller", DEFINITION, ["source-controller"], "stopped delete strip"],
    ["a definition that a release has dropped", DEFINITION, ALL, "delete strip"],
    ["a definition of nobody", { ...DEFINITION, component: "" }, [], "delete strip"],
    ["a Kustomization, at a destroy", KUSTOMIZATION, [], "stopped delete strip"],
    ["one that shall prune, at a destroy", prune(KUSTOMIZATION), [], "stopped delete strip"],
    ["a Kustomization whose sync has left", KUSTOMIZATION, ALL, "suspend delete strip"],
    ["one that shall prune, whose sync has left", prune(KUSTOMIZATION), ALL, "delete"],
    ["one whose controller leaves too", prune(KUSTOMIZATION), ["x"], "stopped delete strip"],
    ["a source, at a destroy", SOURCE, [], "stopped delete strip"],
    ["a source whose sync has left", SOURCE, ALL, "delete"],
    ["a claim", CLAIM, ALL, "delete"],
    ["a claim, with KeepCRDs", keep(CLAIM, "KeepCRDs"), [], "delete"],
    ["a claim, with Retain", keep(CLAIM, "Retain"), [], "release"],
    ["a definition, with KeepCRDs", keep(DEFINITION, "KeepCRDs"), [], "release"],
    ["a source, with KeepCRDs", keep(SOURCE, "KeepCRDs"), [], "release"],
    ["a Kustomization, with KeepCRDs", keep(KUSTOMIZATION, "KeepCRDs"), [], "release"],
    ["one of a sync that has left", keep(KUSTOMIZATION, "Retain"), ALL, "suspend release"],
  ];
  for (const [what, object, wanted, expected] of cases) {
    it(`takes these steps for ${what}: ${expected}`, () => {
      assert.equal(steps(object, wanted), expected);
    });
  }

  it("leaves the Namespace until the whole Flux goes", () => {
    const kinds = ["CustomResourceDefinition", "Kustomization", "PersistentVolumeClaim"];
    assert.deepEqual([...kinds, "Namespace"].filter(mayLeaveAlone), kinds);
  });

  function prune(object: Removable): Removable {
    return { ...object, prune: true };
  }
  function keep(object: Removable, deletionPolicy: DeletionPolicy): Removable {
    return { ...object, deletionPolicy };
  }
});

describe("a key of the owner record", () => {
  it("leads back to its object and to the controller that serves it", () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: "helmreleases.helm.toolkit.fluxcd.io",
    };
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "a", name: "b" };
    const bucket = { apiVersion: "source.toolkit.fluxcd.io/v1beta2", kind: "Bucket", name: "c" };
    assert.deepEqual(referenceOf(keyOf(definition)), definition);
    assert.deepEqual(referenceOf(keyOf(claim)), claim);
    const apiVersion = "source.toolkit.fluxcd.io/v1";
    assert.deepEqual(referenceOf(keyOf(bucket)), { ...bucket, apiVersion });
    assert.equal(referenceOf("helm-controller"), undefined);
    assert.deepEqual([definition, claim, bucket].map(componentOf), [
      "helm-controller",
      "",
      "source-controller",
    ]);
  });
});

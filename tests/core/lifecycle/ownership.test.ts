import assert from "node:assert/strict";
import { keyOf, ownerOf, printReference } from "../../../provider/core/lifecycle/ownership";
import type { JsonObject } from "../../../provider/core/manifest";

const object = (metadata: JsonObject): JsonObject => ({ metadata: { name: "it", ...metadata } });

const managed = (...managers: readonly (readonly [string, string, string?])[]): JsonObject => ({
  managedFields: managers.map(([manager, operation, subresource]) => ({
    manager,
    operation,
    ...(subresource === undefined ? {} : { subresource }),
  })),
});

describe("ownership", () => {
  const flux = { "app.kubernetes.io/part-of": "flux", "app.kubernetes.io/instance": "flux-system" };
  const table: readonly (readonly [string, JsonObject, string])[] = [
    [
      "flux install",
      { labels: flux, ...managed(["flux", "Apply"], ["kube-controller-manager", "Update"]) },
      "instance label flux-system (field manager flux)",
    ],
    [
      "flux bootstrap",
      {
        labels: {
          ...flux,
          "kustomize.toolkit.fluxcd.io/name": "flux-system",
          "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
        },
        ...managed(["kustomize-controller", "Apply"], ["flux", "Apply"]),
      },
      "Kustomization flux-system/flux-system (field manager flux, kustomize-controller)",
    ],
    [
      "Helm",
      {
        labels: { "app.kubernetes.io/managed-by": "Helm" },
        annotations: {
          "meta.helm.sh/release-name": "flux2",
          "meta.helm.sh/release-namespace": "flux",
        },
        ...managed(["helm", "Update"]),
      },
      "Helm release flux/flux2 (field manager helm)",
    ],
    [
      "Flux Operator",
      {
        labels: {
          "app.kubernetes.io/managed-by": "flux-operator",
          "fluxcd.controlplane.io/name": "flux",
          "fluxcd.controlplane.io/namespace": "flux-system",
        },
        ...managed(["flux-operator", "Apply"]),
      },
      "FluxInstance flux-system/flux (field manager flux-operator)",
    ],
    [
      "kubectl",
      managed(["kubectl-client-side-apply", "Update"], ["kubectl", "Update", "status"]),
      "field manager kubectl-client-side-apply",
    ],
    [
      "a controller that only puts its finalizer",
      managed(["source-controller", "Update"], ["kubectl", "Apply"]),
      "field manager kubectl",
    ],
    ["nobody", {}, "nobody that can be told"],
  ];
  for (const [title, metadata, expected] of table) {
    it(`tells ${title}`, () => {
      assert.equal(ownerOf(object(metadata)), expected);
    });
  }

  it("takes the versions of a kind as one, and not two kinds or places", () => {
    const reference = {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "Bucket",
      namespace: "a",
      name: "b",
    };
    const key = keyOf(reference);
    assert.equal(keyOf({ ...reference, apiVersion: "source.toolkit.fluxcd.io/v1beta2" }), key);
    const others = [
      { ...reference, apiVersion: "example.com/v1" },
      { ...reference, kind: "HelmChart" },
      { ...reference, namespace: "c" },
      { ...reference, name: "d" },
      { apiVersion: "v1", kind: "Bucket", name: "b" },
    ];
    for (const other of others) assert.notEqual(keyOf(other), key);
    assert.equal(printReference(reference), "Bucket/a/b");
    assert.equal(printReference({ apiVersion: "v1", kind: "Node", name: "n" }), "Node/n");
  });
});

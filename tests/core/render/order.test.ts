import assert from "node:assert/strict";
import { inApplyOrder } from "../../../provider/core/render/order";

const manifest = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: namespace === undefined ? { name } : { name, namespace },
});

describe("apply order", () => {
  it("is by kind, then group, namespace and name", () => {
    const expected = [
      manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", "a"),
      manifest("v1", "Namespace", "n"),
      manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "r"),
      manifest("v1", "ServiceAccount", "a", "n"),
      manifest("v1", "ServiceAccount", "b", "n"),
      manifest("v1", "Service", "s", "n"),
      manifest("apps/v1", "Deployment", "d", "n"),
      manifest("v1", "PersistentVolumeClaim", "p", "n"),
      manifest("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "k", "n"),
      manifest("networking.k8s.io/v1", "NetworkPolicy", "p", "n"),
      manifest("source.toolkit.fluxcd.io/v1", "GitRepository", "g", "n"),
      manifest("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "w"),
    ];
    assert.deepEqual(
      inApplyOrder([...expected].reverse(), (item) => item),
      expected,
    );
  });
});

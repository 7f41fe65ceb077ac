import assert from "node:assert/strict";
import type { JsonObject } from "../../../../provider/core/manifest";
import { objectOf, patched } from "./rendering";

describe("namespaces", () => {
  it("win over a patch, also by the name of the Namespace", async () => {
    const moved = [{ op: "add", path: "/metadata/namespace", value: "other" }];
    const result = await patched({ kind: "Service" }, moved);
    const { metadata } = objectOf(result, "Service", "source-controller");
    assert.equal(metadata.namespace, "flux-system");
    const renamed = [{ op: "replace", path: "/metadata/name", value: "other" }];
    objectOf(await patched({ kind: "Namespace" }, renamed), "Namespace", "flux-system");
  });

  it("are those of subjects called default", async () => {
    const value = { kind: "ServiceAccount", name: "default", namespace: "other" };
    const target = { kind: "ClusterRoleBinding", name: "cluster-reconciler" };
    const result = await patched(target, [{ op: "add", path: "/subjects/-", value }]);
    const { subjects } = objectOf(result, "ClusterRoleBinding", "cluster-reconciler-flux-system");
    const last = (subjects as unknown as readonly JsonObject[]).at(-1);
    assert.deepEqual(last, { ...value, namespace: "flux-system" });
  });

  it("are those of conversion webhooks", async () => {
    const service = { name: "webhook", namespace: "other" };
    const value = { strategy: "Webhook", webhook: { clientConfig: { service } } };
    const name = "buckets.source.toolkit.fluxcd.io";
    const target = { kind: "CustomResourceDefinition", name };
    const result = await patched(target, [{ op: "add", path: "/spec/conversion", value }]);
    const crd = objectOf(result, "CustomResourceDefinition", name);
    assert.match(JSON.stringify(crd), /"service":\{"name":"webhook","namespace":"flux-system"\}/);
  });
});

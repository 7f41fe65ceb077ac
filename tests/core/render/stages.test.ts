import assert from "node:assert/strict";
import { DEPENDS_ON, isRetained, STAGES, stageOf } from "../../../provider/core/render/stages";

describe("stages", () => {
  it("come after those they depend on", () => {
    for (const [index, stage] of STAGES.entries()) {
      for (const earlier of DEPENDS_ON[stage]) assert.ok(STAGES.indexOf(earlier) < index, stage);
    }
  });

  it("never put a Service before a Deployment: it waits for endpoints", () => {
    assert.ok(!DEPENDS_ON.controller.includes("service"));
  });

  it("never put a Deployment before a sync object: its destroy would prune workloads", () => {
    assert.ok(!DEPENDS_ON.sync.includes("controller"));
    assert.ok(DEPENDS_ON.controller.includes("sync"));
  });

  it("delete the controllers before the gates, and the retained objects before their removals", () => {
    for (const stage of ["gate", "removal"] as const) {
      assert.ok(DEPENDS_ON.controller.includes(stage), stage);
    }
    for (const stage of ["removal", "definition", "sync", "namespace"] as const) {
      assert.ok(DEPENDS_ON.gate.includes(stage), stage);
    }
    assert.deepEqual(DEPENDS_ON.removal, []);
  });

  it("delete Readiness before everything else, which makes sure of the cluster first", () => {
    const others = STAGES.filter((stage) => stage !== "readiness");
    assert.deepEqual(DEPENDS_ON.readiness.toSorted(), others.toSorted());
    for (const stage of others) assert.ok(!DEPENDS_ON[stage].includes("readiness"), stage);
  });
});

describe("objects that the engine never deletes", () => {
  it("hold data, or take custom resources or workloads with them", () => {
    const kinds = [
      ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
      ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
      ["source.toolkit.fluxcd.io/v1", "GitRepository"],
      ["source.toolkit.fluxcd.io/v1", "OCIRepository"],
      ["source.toolkit.fluxcd.io/v1", "Bucket"],
      ["v1", "PersistentVolumeClaim"],
      ["apps/v1", "Deployment"],
      ["v1", "Namespace"],
      ["v1", "Service"],
      ["v1", "ServiceAccount"],
      ["v1", "Secret"],
      ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ] as const;
    const retained = kinds
      .map(([apiVersion, kind]) => ({ apiVersion, kind, metadata: { name: "it" } }))
      .filter(isRetained)
      .map((manifest) => `${manifest.kind} ${stageOf(manifest)}`);
    assert.deepEqual(retained, [
      "CustomResourceDefinition definition",
      "Kustomization sync",
      "GitRepository sync",
      "OCIRepository sync",
      "Bucket sync",
      "PersistentVolumeClaim base",
    ]);
  });
});

import assert from "node:assert/strict";
import { printReport } from "../../../provider/core/import/report";

describe("printReport", () => {
  it("says that nothing changes", () => {
    const same = { object: "Service/n/s", isNew: false, paths: [] };
    assert.deepEqual(printReport([same], []), ["The first `pulumi up` changes no object."]);
  });

  it("tells what is made, what changes and what restarts, and counts labels", () => {
    const differences = [
      { object: "Service/n/new", isNew: true, paths: [] },
      { object: "Service/n/s", isNew: false, paths: ["metadata.labels[a]", "spec.ports"] },
      { object: "Deployment/n/d", isNew: false, paths: ["spec.template.spec.x"] },
      { object: "Service/n/t", isNew: false, paths: ["metadata.labels[a]"] },
    ];
    assert.deepEqual(printReport(differences, ["ClusterRole/other"]), [
      "The first `pulumi up` changes:",
      "  + Service/n/new",
      "  ~ Service/n/s: spec.ports",
      "  ~ Deployment/n/d: spec.template.spec.x (its pods restart)",
      "  ~ labels and annotations of 2 objects",
      "Not part of the instance, and left as they are:",
      "  ClusterRole/other",
    ]);
  });
});

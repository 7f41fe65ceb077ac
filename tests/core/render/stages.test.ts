import assert from "node:assert/strict";
import { DEPENDS_ON, STAGES } from "../../../provider/core/render/stages";

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
});

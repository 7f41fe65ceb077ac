import assert from "node:assert/strict";
import {
  lifeOfDeployment,
  lifeOfPod,
  type Life,
} from "../../../provider/core/lifecycle/controllers";
import type { JsonObject } from "../../../provider/core/manifest";

describe("the life of a controller", () => {
  const deployments: readonly [string, JsonObject, Life][] = [
    ["wants one pod by default", {}, "running"],
    ["wants pods, also without having any", { spec: { replicas: 1 }, status: {} }, "running"],
    ["is deleted", { metadata: { deletionTimestamp: "now" }, spec: { replicas: 1 } }, "stopping"],
    ["has been scaled down", { spec: { replicas: 0 }, status: { replicas: 1 } }, "stopping"],
    ["has no pods left", { spec: { replicas: 0 }, status: {} }, "stopped"],
  ];
  for (const [title, deployment, life] of deployments) {
    it(`is ${life} when its Deployment ${title}`, () => {
      assert.equal(lifeOfDeployment(deployment), life);
    });
  }

  it("lasts as long as a pod that has not ended", () => {
    assert.equal(lifeOfPod({ status: { phase: "Running" } }), "stopping");
    assert.equal(lifeOfPod({}), "stopping");
    assert.equal(lifeOfPod({ status: { phase: "Succeeded" } }), "stopped");
    assert.equal(lifeOfPod({ status: { phase: "Failed" } }), "stopped");
  });
});

import assert from "node:assert/strict";
import { judgeDeployment } from "../../../provider/core/lifecycle/readiness-deployment";
import type { JsonObject } from "../../../provider/core/manifest";

const rolledOut = {
  observedGeneration: 2,
  replicas: 1,
  updatedReplicas: 1,
  readyReplicas: 1,
  availableReplicas: 1,
};

const deployment = (status: JsonObject, spec: JsonObject = { replicas: 1 }): JsonObject => ({
  metadata: { name: "source-controller", namespace: "flux-system", generation: 2, uid: "u" },
  spec,
  status,
});

const condition = (type: string, status: string, reason: string, message: string) => ({
  conditions: [{ type, status, reason, message }],
});

const quota = condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota");
const webhook = condition("ReplicaFailure", "True", "FailedCreate", 'failed calling webhook "x"');
const deadline = condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out");

describe("a Deployment", () => {
  const ready: readonly [string, JsonObject, JsonObject?][] = [
    ["has its pods", rolledOut],
    ["is scaled to nothing", { observedGeneration: 2 }, { replicas: 0 }],
    ["has one pod by default", rolledOut, {}],
    ["has a failure behind it", { ...rolledOut, ...quota }],
    ["was observed later", { ...rolledOut, observedGeneration: 3 }],
  ];
  for (const [what, status, spec] of ready) {
    it(`is ready when it ${what}`, () => {
      assert.deepEqual(judgeDeployment(deployment(status, spec)), []);
    });
  }

  const waiting: readonly [string, JsonObject, string, string, JsonObject?][] = [
    ["new", {}, "pending", "not seen the change"],
    ["of an older generation", { ...rolledOut, observedGeneration: 1 }, "pending", "not seen"],
    ["without new pods", { ...rolledOut, updatedReplicas: 0 }, "pending", "0 of 1 pods are of the"],
    ["with old pods", { ...rolledOut, replicas: 2 }, "pending", "1 pods of an older generation"],
    [
      "without available pods",
      { ...rolledOut, availableReplicas: 0 },
      "pending",
      "0 of 1 pods are a",
    ],
    [
      "paused",
      { ...rolledOut, updatedReplicas: 0 },
      "pending",
      "it is paused",
      { replicas: 1, paused: true },
    ],
    ["over its quota", { observedGeneration: 2, ...quota }, "refused", "exceeded quota"],
    ["refused by silence", { observedGeneration: 2, ...webhook }, "webhook", "failed calling"],
    ["too slow", { observedGeneration: 2, ...deadline }, "deadline", "timed out"],
    ["too slow for an older generation", deadline, "pending", "not seen"],
  ];
  for (const [what, status, cause, message, spec] of waiting) {
    it(`is not ready when ${what}`, () => {
      const [finding, ...others] = judgeDeployment(deployment(status, spec));
      assert.deepEqual(others, []);
      assert.equal(finding?.cause, cause);
      assert.ok(finding.message.includes(message), finding.message);
      assert.deepEqual(finding.object, {
        kind: "Deployment",
        namespace: "flux-system",
        name: "source-controller",
        uid: "u",
      });
    });
  }

  it("tells the condition and the reason", () => {
    const [finding] = judgeDeployment(deployment({ observedGeneration: 2, ...quota }));
    assert.equal(finding?.condition, "ReplicaFailure=True");
    assert.equal(finding.reason, "FailedCreate");
  });
});

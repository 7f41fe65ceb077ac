import assert from "node:assert/strict";
import { judgeSync } from "../../../provider/core/lifecycle/readiness-sync";
import type { Json, JsonObject } from "../../../provider/core/manifest";

const condition = (type: string, status: string, reason: string, observedGeneration?: number) => ({
  type,
  status,
  reason,
  message: `${reason} it is`,
  ...(observedGeneration === undefined ? {} : { observedGeneration }),
});

const source = (observed: number, conditions: readonly Json[], spec: JsonObject = {}) => ({
  metadata: { name: "flux-system", namespace: "flux-system", generation: 2, uid: "u" },
  spec,
  status: { observedGeneration: observed, conditions },
});

const isReady = condition("Ready", "True", "Succeeded", 2);
const failed = condition("Ready", "False", "GitOperationFailed", 2);
const path = {
  ...condition("Ready", "False", "ArtifactFailed", 2),
  message: "kustomization path not found: stat /tmp/x/apps: no such file or directory",
};

describe("a source or Kustomization", () => {
  const cases: readonly [string, JsonObject, string | undefined][] = [
    ["is ready", source(2, [isReady]), undefined],
    ["is suspended", source(-1, [], { suspend: true }), undefined],
    ["is new", source(-1, []), "pending"],
    ["is ready in an older generation", source(1, [condition("Ready", "True", "S", 1)]), "pending"],
    ["was ready before its change", source(1, [condition("Ready", "True", "S")]), "pending"],
    [
      "is at work",
      source(2, [isReady, condition("Reconciling", "True", "Progressing", 2)]),
      "pending",
    ],
    ["begins", source(-1, [condition("Ready", "Unknown", "Progressing", 2)]), "pending"],
    ["fails", source(-1, [failed]), "pending"],
    ["failed in an older generation", source(1, [condition("Ready", "False", "F", 1)]), "pending"],
    ["is stalled", source(2, [condition("Stalled", "True", "URLInvalid", 2), failed]), "stalled"],
    ["was stalled", source(1, [condition("Stalled", "True", "URLInvalid", 1)]), "pending"],
    [
      "waits for its source",
      source(-1, [condition("Ready", "False", "ArtifactFailed", 2)]),
      "pending",
    ],
    ["has a bad path", source(-1, [path]), "build"],
    ["can't be built", source(-1, [condition("Ready", "False", "BuildFailed", 2)]), "build"],
  ];
  for (const [what, object, cause] of cases) {
    it(`that ${what}: ${cause ?? "nothing"}`, () => {
      const causes = judgeSync("GitRepository", object).map((finding) => finding.cause);
      assert.deepEqual(causes, cause === undefined ? [] : [cause]);
    });
  }

  it("tells why it fails, though Flux tries again", () => {
    const retrying = condition("Reconciling", "True", "ProgressingWithRetry", 2);
    const [finding] = judgeSync("GitRepository", source(-1, [retrying, failed]));
    assert.equal(finding?.condition, "Ready=False");
    assert.equal(finding.message, "GitOperationFailed it is");
  });
});

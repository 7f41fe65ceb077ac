import assert from "node:assert/strict";

import { isQuantityPath, parseQuantity, sameQuantity } from "../support/kubernetes-plugin/quantity";

describe("kubernetes-plugin quantity", () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    ["1000m", "1"],
    ["1000m", 1],
    ["0.1", "100m"],
    ["1Gi", "1024Mi"],
    ["1e3", "1k"],
    ["1.5", "1500m"],
  ];
  for (const [one, other] of same) {
    it(`takes ${JSON.stringify(one)} and ${JSON.stringify(other)} for the same`, () => {
      assert.equal(sameQuantity(one, other), true);
    });
  }

  const different: readonly (readonly [unknown, unknown])[] = [
    ["1", "2"],
    ["1Gi", "1G"],
    ["abc", "abc"],
    ["", "0"],
    [undefined, 0],
  ];
  for (const [one, other] of different) {
    it(`tells ${JSON.stringify([one, other])} apart`, () => {
      assert.equal(sameQuantity(one, other), false);
    });
  }

  it("reads no quantity from other text", () => {
    assert.equal(parseQuantity("v1"), undefined);
    assert.equal(parseQuantity("1Zi"), undefined);
  });

  it("knows where quantities are", () => {
    assert.equal(isQuantityPath(["spec", "resources", "limits", "cpu"]), true);
    assert.equal(isQuantityPath(["spec", "hard", "pods"]), true);
    assert.equal(isQuantityPath(["spec", "emptyDir", "sizeLimit"]), true);
    assert.equal(isQuantityPath(["metadata", "labels", "cpu"]), false);
  });
});

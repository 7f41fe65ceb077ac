import assert from "node:assert/strict";
import { sameQuantity } from "./quantity";

describe("quantities of Kubernetes", () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    ["1000m", "1"],
    ["1000m", 1],
    ["0.1", "100m"],
    ["1Gi", "1024Mi"],
    ["1e3", "1k"],
    ["1.5", "1500m"],
  ];
  for (const [one, other] of same) {
    it(`${JSON.stringify(one)} equals ${JSON.stringify(other)}`, () => {
      assert.equal(sameQuantity(one, other), true);
    });
  }

  const different: readonly (readonly [unknown, unknown])[] = [
    ["1", "2"],
    ["1Gi", "1G"],
    ["abc", "abc"],
    ["1Zi", "1Zi"],
    ["", "0"],
    [undefined, 0],
  ];
  for (const [one, other] of different) {
    it(`${JSON.stringify(one)} does not equal ${JSON.stringify(other)}`, () => {
      assert.equal(sameQuantity(one, other), false);
    });
  }
});

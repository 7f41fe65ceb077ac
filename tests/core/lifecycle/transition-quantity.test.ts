import assert from "node:assert/strict";
import { isSmaller } from "../../../provider/core/lifecycle/transition-quantity";

describe("quantities", () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ["1Gi", "2Gi", true],
    ["2Gi", "2Gi", false],
    ["2048Mi", "2Gi", false],
    ["2047Mi", "2Gi", true],
    ["10G", "10Gi", true],
    ["1e3", "1k", false],
    ["1E", "1e18", false],
    ["999", "1k", true],
    ["1.5Gi", "1536Mi", false],
    [".5Ti", "512Gi", false],
    ["500m", "1", true],
    ["+1Gi", "1Gi", false],
    ["big", "1Gi", false],
    ["1Gi", "", false],
  ];
  for (const [one, other, expected] of table) {
    it(`${one} is ${expected ? "" : "not "}less than ${other || "nothing"}`, () => {
      assert.equal(isSmaller(one, other), expected);
    });
  }
});

import assert from "node:assert/strict";
import { overlap } from "../../../provider/core/spec/paths";

describe("property paths", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["sync", "sync", true],
    ["sync", "sync.url", true],
    ["components[0]", "components", true],
    ["sync", "synced", false],
    ["sync.url", "sync.path", false],
    ["", "sync", true],
  ];
  for (const [left, right, expected] of cases) {
    it(`${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
      assert.equal(overlap(left, right), expected);
      assert.equal(overlap(right, left), expected);
    });
  }
});

import assert from "node:assert/strict";
import { withoutTrailing } from "../../provider/core/trailing";

describe("what a text ends with", () => {
  it("is taken away, and nothing else", () => {
    assert.equal(withoutTrailing("a//b//", "/"), "a//b");
    assert.equal(withoutTrailing("a", "/"), "a");
    assert.equal(withoutTrailing("", "/"), "");
    assert.equal(withoutTrailing("///", "/"), "");
  });

  it("costs no more where there is much of it within the text", () => {
    // By a regular expression this takes minutes.
    const text = `${"/".repeat(2_000_000)}b`;
    assert.equal(withoutTrailing(text, "/"), text);
  });
});

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { matchesSelector, parseSelector } from "../../../provider/core/patch";
import { patchErrorOf } from "./drafts";

const labels = { app: "source-controller", tier: "x", "a.b/c": "1", n: "5", empty: "" };

// Compared with the parser of k8s.io/apimachinery that kustomize embeds.
const table: readonly (readonly [string, boolean])[] = [
  ["", true],
  ["  ", true],
  ["app", true],
  ["!app", false],
  ["other", false],
  ["! other", true],
  ["app=source-controller", true],
  ["app == source-controller", true],
  ["app=other", false],
  ["app!=other", true],
  ["other!=x", true],
  ["other=x", false],
  ["empty=", true],
  ["empty", true],
  ["app=", false],
  ["a.b/c=1", true],
  ["tier in (x, y)", true],
  ["tier in(y,x)", true],
  ["tier in (y)", false],
  ["tier notin (x)", false],
  ["tier notin (y)", true],
  ["other notin (y)", true],
  ["empty in ()", true],
  ["empty in (,a)", true],
  ["app=source-controller,tier=x", true],
  ["app=source-controller, tier=y", false],
  ["tier in (x),!other , app", true],
  ["n > 4", true],
  ["n>5", false],
  ["n < 6", true],
  ["tier < 6", false],
  ["other > 1", false],
  ["in", false],
  ["notin in (in)", false],
];

const refused = [
  "a in b",
  "a in (b",
  "a b",
  "a,",
  ",a",
  "a,,b",
  "a in (b c)",
  "a=b=c",
  "!a=b",
  "!",
  "=b",
  "(a)",
  "a)",
  "a in (b))",
  "-a=b",
  "a/b/c",
  "A_/b",
  "a=b/c",
  "a=-b",
  "a > x",
  "a >",
  `a=${"x".repeat(64)}`,
  "x".repeat(5000),
];

describe("selectors", () => {
  for (const [text, expected] of table) {
    it(`"${text}" ${expected ? "matches" : "does not match"}`, () => {
      assert.equal(matchesSelector(parseSelector(text), labels), expected);
    });
  }
  for (const text of refused) {
    it(`refuses "${text.slice(0, 40)}" and shows how to write one`, () => {
      const { message } = patchErrorOf(() => parseSelector(text));
      assert.match(message, /^".*" is not a selector: .*; write for example "app=a, tier in/);
      assert.ok(message.length < 300);
    });
  }

  it("inherited properties are no labels", () => {
    assert.equal(matchesSelector(parseSelector("constructor"), {}), false);
    assert.equal(matchesSelector(parseSelector("toString!=x"), {}), true);
  });

  it("= and in, != and notin agree; a comma is AND", () => {
    const word = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(word, word, word, fc.dictionary(word, word), (key, value, other, given) => {
        const test = (text: string) => matchesSelector(parseSelector(text), given);
        assert.equal(test(`${key}=${value}`), test(`${key} in (${value})`));
        assert.equal(test(`${key}!=${value}`), test(`${key} notin (${value})`));
        assert.equal(test(`${key}=${value}`), !test(`${key}!=${value}`));
        assert.equal(test(`${key},!${other}`), test(key) && !test(other));
        assert.equal(test(key), Object.hasOwn(given, key));
      }),
    );
  });
});

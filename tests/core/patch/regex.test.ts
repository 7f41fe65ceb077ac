import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseRegex, RegexError } from "../../../provider/core/patch/regex";

const table: readonly (readonly [pattern: string, matching: string, other: string])[] = [
  ["source-controller", "source-controller", "source-controller-s1"],
  ["source-.*", "source-controller", "my-source-controller"],
  ["(source|kustomize)-controller(-.*)?", "kustomize-controller-s1", "helm-controller"],
  ["a|b", "b", "ab"],
  ["flux-(edit|view)-.*", "flux-view-flux-system", "flux-view"],
  ["[a-c_.-]+", "a-b_c.", "d"],
  ["[^a]", "b", "a"],
  ["[]a]+", "]a", "b"],
  ["[[:alpha:]]{2,3}", "abc", "abcd"],
  ["a{2}", "aa", "a"],
  ["a{2,}", "aaaa", "a"],
  ["a{,2}", "a{,2}", "a"],
  [String.raw`\d+\.\w\-`, "12._-", "12x_-"],
  [String.raw`[\w-]+`, "a-b", "a.b"],
  ["^a$", "a", "b"],
  [String.raw`a\b-b`, "a-b", "ab"],
  ["(?i)Deploy", "dEPLOY", "deployment"],
  ["(?i:d)eploy", "Deploy", "DEPLOY"],
  ["(?P<kind>d)(?:e)", "de", "d"],
  ["a*?b+?", "aab", "a"],
  [".", "é", "\n"],
  ["", "", "a"],
  ["(a+)+", "aaa", `${"a".repeat(200)}!`],
  ["(a|a)*", "aaa", `${"a".repeat(200)}!`],
  ["(.*)(.*)(.*)(.*)x", "abcx", "a".repeat(250)],
];

const refused: readonly string[] = [
  "(",
  ")",
  "*",
  "a**",
  "a{3,2}",
  "[a",
  "[z-a]",
  "(?=a)",
  "(?!a)",
  "(?<!a)",
  String.raw`(a)\1`,
  "(?z)",
  "\\",
  "((a{99}){99}){99}",
  "a".repeat(600),
];

describe("regular expressions of a target", () => {
  for (const [pattern, matching, other] of table) {
    it(`${pattern} matches the whole of ${matching}, not ${JSON.stringify(other.slice(0, 20))}`, () => {
      const regex = parseRegex(pattern);
      assert.equal(regex(matching), true);
      assert.equal(regex(other), false);
    });
  }
  for (const pattern of refused) {
    it(`refuses ${pattern.slice(0, 20)}`, () => {
      assert.throws(() => parseRegex(pattern), RegexError);
    });
  }

  it("agrees with JavaScript on the syntax that both have", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "-",
      ".",
      "[ab]",
      "[^a]",
      "(?:a|b)",
      "(b-)",
      String.raw`\w`,
    );
    const times = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "|");
    const pattern = fc
      .array(fc.tuple(atom, times), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.flat().join(""));
    const name = fc.stringMatching(/^[ab-]{0,6}$/);
    fc.assert(
      fc.property(pattern, name, (source, text) => {
        assert.equal(parseRegex(source)(text), new RegExp(`^(?:${source})$`).test(text));
      }),
      { numRuns: 500 },
    );
  });

  it("throws nothing but RegexError", () => {
    const piece = fc.constantFrom(
      "a",
      "(",
      ")",
      "[",
      "]",
      "*",
      "{1",
      "}",
      "?",
      ":",
      "\\",
      "^",
      "|",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join("")),
        ),
        (source) => {
          try {
            parseRegex(source)("aaaa");
          } catch (error) {
            assert.ok(error instanceof RegexError);
          }
        },
      ),
    );
  });
});

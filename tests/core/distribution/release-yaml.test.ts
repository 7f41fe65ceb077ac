import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { InvalidYaml, readDocuments } from "../../../provider/core/distribution/release-yaml";
import { needsShared, SHARED } from "../../support/shared";

/** Anchors that each name the one before it nine times. */
const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => {
    const before = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array<string>(9).fill(before).join(", ")}]`;
  }).join("\n");

describe("the YAML of a release", () => {
  const scalars: readonly (readonly [string, unknown])[] = [
    ["0644", 420],
    ["0o17", 15],
    ["1_000", 1000],
    ["0x1F", 31],
    ["-1.5", -1.5],
    ["true", true],
    ["yes", "yes"],
    ["on", "on"],
    ["~", null],
    ["", null],
    ["2026-01-02", "2026-01-02T00:00:00Z"],
    ["12:30", "12:30"],
    ["v2.9.4", "v2.9.4"],
    ["'0644'", "0644"],
    ["!!str 1", "1"],
    ["<<", "<<"],
  ];
  for (const [text, value] of scalars) {
    it(`has ${text || "nothing"} as kustomize reads it`, () => {
      assert.deepEqual(readDocuments(`a: ${text}`), [{ a: value }]);
    });
  }

  it("may hold documents, some of them empty", () => {
    assert.deepEqual(readDocuments("a: 1\n---\n---\n# none\n---\nb: 2\n"), [
      { a: 1 },
      null,
      null,
      { b: 2 },
    ]);
    assert.deepEqual(readDocuments(""), []);
  });

  it("may use aliases", () => {
    assert.deepEqual(readDocuments("a: &x [1]\nb: *x"), [{ a: [1], b: [1] }]);
  });

  it("is read as data, whatever its keys are", () => {
    const [value] = readDocuments('__proto__: {polluted: true}\n"constructor": 1');
    assert.deepEqual(Object.keys(value as object), ["__proto__", "constructor"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an open list", "a: 1\nb: [", /^line 3, column 1: /],
    ["a repeated key", "a: 1\na: 2", /^line 2, column \d+: duplicated mapping key/],
    ["a tag", "a: !!binary aGk=", /^line 1, column \d+: unknown tag/],
    ["an alias of nothing", "a: *b", /^line 1, column \d+: unidentified alias/],
    ["a number beyond JSON", "a: 99999999999999999999", /^the number 99999999999999999999 can't/],
    ["no number", "a: .inf", /^the number \.inf can't be kept exactly; put it in quotes/],
    ["lists without end", "[".repeat(5_000), /nesting exceeded maxDepth/],
    ["aliases that multiply", bomb(9), /^its aliases make it too large/],
    ["an alias of what it is in", "a: &a [*a]", /^its aliases make it too large/],
    ["a NUL", "a: \0", /null byte/],
  ];
  for (const [title, text, message] of refused) {
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => readDocuments(text),
        (error) => error instanceof InvalidYaml && message.test(error.message),
      );
    });
  }

  it("is read or refused, whatever is in it", () => {
    const pieces = [
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      "&a ",
      "*a",
      "!",
      "|",
      ">",
      "'",
      '"',
      "#",
      "---",
      "%",
      "0",
      ".",
      "<<",
      "?",
      "\t",
      "\0",
      "\ud800",
      "...",
    ];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((it) => it.join(""));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), (text) => {
        try {
          readDocuments(text);
        } catch (error) {
          assert.ok(error instanceof InvalidYaml, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("says the same to another parser", function () {
    this.timeout(20_000);
    needsShared(this, "distribution", "flux", "v2.9.4");
    const folder = join(SHARED, "distribution", "flux", "v2.9.4");
    const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
    assert.ok(files.length >= 9);
    for (const file of files) {
      const text = readFileSync(join(folder, file), "utf8");
      const expected = parseAllDocuments(text).map((document) => document.toJS() as unknown);
      assert.deepEqual(readDocuments(text), expected, file);
    }
  });
});

import assert from "node:assert/strict";
import { NoYaml, parseDocuments } from "../../provider/cli/documents";

describe("the documents of a text", () => {
  it("read as kubectl reads them", () => {
    const text = `
      flags: [yes, No, on, OFF, y, true]
      numbers: [0777, 0o17, 0x1f, 1_000, 1.5]
      texts: [2.9.x, 12:30, 2020-01-01, "yes", !!str 1]
      nothing: [~, null, ]
      1: key
      yes: key
      base: &base { a: 1, b: 2 }
      merged: { <<: *base, b: 3 }
    `;
    assert.deepEqual(parseDocuments(text), [
      {
        flags: [true, false, true, false, true, true],
        numbers: [511, 15, 31, 1000, 1.5],
        texts: ["2.9.x", "12:30", "2020-01-01", "yes", "1"],
        nothing: [null, null],
        1: "key",
        yes: "key",
        base: { a: 1, b: 2 },
        merged: { a: 1, b: 3 },
      },
    ]);
  });

  it("read JSON", () => {
    assert.deepEqual(parseDocuments('{"a": ["\\u0041", 1, false, null]}'), [
      { a: ["A", 1, false, null] },
    ]);
  });

  it("leave out the empty ones", () => {
    assert.deepEqual(parseDocuments("---\n# text\n---\na: 1\n---\n...\n"), [{ a: 1 }]);
    assert.deepEqual(parseDocuments(""), []);
  });

  it("set no prototype", () => {
    const [value] = parseDocuments("__proto__: { polluted: true }\nconstructor: a\n");
    assert.deepEqual(Object.keys(value as object), ["__proto__", "constructor"]);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  for (const text of ["a: [", "a: 1\na: 2", "? [a]\n: b", "a: 9007199254740993", "a: *b"]) {
    it(`refuse ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDocuments(text), NoYaml);
    });
  }
});

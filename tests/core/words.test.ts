import assert from "node:assert/strict";
import { inWords } from "../../provider/core/words";

describe("a text of somebody else", () => {
  it("is one line of characters that are seen, and no longer than its limit", () => {
    const hostile: readonly (readonly [string, string])[] = [
      ["two\nlines\r\n", "two lines"],
      ["\u001b[31mred\u001b[0m", "[31mred [0m"],
      ["\u202eturned\u202c", "turned"],
      ["zero\u200bwidth", "zero width"],
      ["line\u2028paragraph\u2029end", "line paragraph end"],
      ["lone \ud800", "lone"],
      ["äöü 漢字 🙂", "äöü 漢字 🙂"],
    ];
    for (const [text, words] of hostile) assert.equal(inWords(text, 100), words);
    assert.equal(inWords("x".repeat(20), 10), "x".repeat(10));
  });
});

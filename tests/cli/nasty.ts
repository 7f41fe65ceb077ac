import fc from "fast-check";

/** What ends, escapes or starts something in one of the languages, and what they lay out. */
const FRAGMENTS = [
  ...["`", "${", "$${", "$$", "$", "{", "}", "\\", "\\\\", "\\n", "\\u0041", "\\`", "%s", "{{"],
  ...['"', '""', '"""', "'", "'''", "\n", "\n\n", "\r\n", "\r", "\t", " ", "  ", "\n  ", "\n\t"],
  ...["#", "//", "/*", ": ", "- ", "---", "...", "|", ">", "<<", "=", "a", "b: c", "yes", "0777"],
  ...["\u0001", "\u001b[0m", "\u0085", "\u00a0", "\u2028", "\u202e", "\ufeff", "\uffff", "é", "😀"],
  ...["\u{e0041}", "\u{10ffff}", "__proto__", "fn::toJSON"],
];

/** Any text that a Kubernetes string can hold, most of it made to hurt. */
export const nastyText: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }) },
  )
  .map((parts) => parts.join("").replaceAll("\0", ""));

import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { printYaml } from "../../provider/cli/yaml";
import type { Json } from "../../provider/core/manifest";
import { nastyText } from "./nasty";

/** Texts that some reader takes for something else. */
const AMBIGUOUS = [
  ...["", "~", "null", "NULL", "true", "False", "yes", "No", "on", "OFF", "y", "N"],
  ...["0", "-1", "+1", "0777", "0o17", "0x1F", "0b11", "1_000", "1e3", "1.5", ".5", "1.", ".inf"],
  ...["-.INF", ".nan", "12:30", "1:2:3", "2020-01-01", "2020-01-01T00:00:00Z", "=", "<<", "-", "?"],
  ...[
    "---",
    "...",
    "- a",
    "? a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    " a",
    "a ",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
  ],
  ...["%a", "@a", "`a`", "{a}", "[a]", ",a", "'a'", '"a"', "\\", "a\tb", "\u0085", "\u2028", "😀"],
];

const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      nastyText,
      fc.constantFrom(...AMBIGUOUS),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(nastyText, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe("printed YAML", () => {
  it("reads the same by YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = printYaml(given);
        assert.deepEqual(parse(text), given);
        assert.deepEqual(parse(text, { version: "1.1", merge: true }), given);
      }),
      { numRuns: 400 },
    );
  });

  for (const text of AMBIGUOUS.filter((it) => it !== "😀")) {
    it(`quotes ${JSON.stringify(text)}`, () => {
      assert.match(printYaml({ [text]: text }), /^".*": ".*"\n$/);
    });
  }

  it("is what kubectl would print", () => {
    const given = {
      list: ["a", { b: 1, c: [] }, [true, null], {}],
      nested: { quantity: "10Gi", path: "/data", flag: "--log-level=info", absent: undefined },
      lines: "- op: add\n  path: /a\n\n  value: b\n",
      rest: "a\nb",
      more: "a\n\n\n",
    };
    const expected = `list:
- a
- b: 1
  c: []
- - true
  - null
- {}
nested:
  quantity: 10Gi
  path: /data
  flag: "--log-level=info"
lines: |
  - op: add
    path: /a

    value: b
rest: |-
  a
  b
more: |+
  a


`;
    assert.equal(printYaml(given), expected);
  });

  it("folds no line", () => {
    assert.equal(printYaml({ a: "long ".repeat(100) + "." }).split("\n").length, 2);
  });

  it("writes a number with an exponent for YAML 1.1 too", () => {
    assert.equal(printYaml([1e21, 1.5e-7, 3]), "- 1.0e+21\n- 1.5e-7\n- 3\n");
  });
});

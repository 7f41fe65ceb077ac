import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/manifest";
import { parsePatchText } from "../../../provider/core/patch";
import { patchErrorOf } from "./drafts";

function inObject(scalar: string): Json | undefined {
  const [document] = parsePatchText(`a: ${scalar}`);
  return (document as { a: Json }).a;
}

function inList(scalar: string): Json | undefined {
  const [document] = parsePatchText(`- ${scalar}`);
  return (document as readonly Json[])[0];
}

// Recorded from kustomize (go.yaml.in/yaml/v3, sigs.k8s.io/yaml).
const numbers: readonly (readonly [string, Json])[] = [
  ["0644", 420],
  ["0777", 511],
  ["0o17", 15],
  ["0x1F", 31],
  ["0b11", 3],
  ["1_000", 1000],
  ["+1", 1],
  ["-0777", -511],
  ["-0", 0],
  ["08", 8],
  ["1.50", 1.5],
  [".5", 0.5],
  ["5.", 5],
  ["1e3", 1000],
  ["0b2", "0b2"],
  ["0x", "0x"],
  ["1.2.3", "1.2.3"],
  ["12:30", "12:30"],
  ["v1", "v1"],
  ["-", null],
  ["--log-level=info", "--log-level=info"],
  ["true", true],
  ["True", true],
  ["FALSE", false],
  ["tRUE", "tRUE"],
  ["null", null],
  ["~", null],
  ["", null],
  ["'0644'", "0644"],
  ['"yes"', "yes"],
  ["!!str 0644", "0644"],
  ["!!str yes", "yes"],
];

describe("patch text", () => {
  for (const [scalar, expected] of numbers.filter(([text]) => text !== "-")) {
    it(`${scalar} reads as ${JSON.stringify(expected)}`, () => {
      assert.equal(inObject(scalar), expected);
      assert.equal(inList(scalar), expected);
    });
  }

  for (const scalar of ["y", "Y", "yes", "YES", "on", "On", "n", "No", "off", "OFF"]) {
    it(`${scalar} is a boolean in a JSON patch only`, () => {
      assert.equal(inObject(scalar), scalar);
      assert.equal(inList(scalar), /^(?:y|on)/i.test(scalar));
    });
  }

  it("reads JSON", () => {
    const text = `[\n\t{"op": "add", "path": "/a\\u002fb", "value": ["\\ud83d\\ude00", 1e2, "\\/"]}\n]`;
    assert.deepEqual(parsePatchText(text), [JSON.parse(text)]);
  });

  it("reads several documents and leaves out the empty ones", () => {
    assert.deepEqual(parsePatchText("---\na: 1\n---\n# nothing\n---\nb: 2\n---\n"), [
      { a: 1 },
      { b: 2 },
    ]);
    assert.deepEqual(parsePatchText("# nothing"), []);
  });

  it("labels and annotations are texts, except null", () => {
    const [document] = parsePatchText(
      "metadata:\n  labels: {a: true, b: 1.10, c: null}\n  annotations: {d: 0644, e: yes}\nspec: {f: true}",
    );
    assert.deepEqual(document, {
      metadata: {
        labels: { a: "true", b: "1.10", c: null },
        annotations: { d: "0644", e: "yes" },
      },
      spec: { f: true },
    });
  });

  it("null labels are texts in a patch with a target", () => {
    const [document] = parsePatchText("metadata: {labels: {a: null, b: ~}}\nspec: null", true);
    assert.deepEqual(document, { metadata: { labels: { a: "null", b: "~" } }, spec: null });
  });

  it("applies anchors and merge keys", () => {
    const [document] = parsePatchText(
      "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [{x: 4}, *a]}",
    );
    assert.deepEqual(document, {
      a: { x: 1, y: 2 },
      b: { x: 1, y: 2 },
      c: { x: 1, y: 3 },
      d: { x: 4, y: 2 },
    });
  });

  it("__proto__ and constructor are ordinary keys", () => {
    const [document] = parsePatchText(
      "{__proto__: {polluted: 1}, constructor: {prototype: {polluted: 1}}, a: {<<: {__proto__: {polluted: 1}}}}",
    );
    assert.deepEqual(Object.keys(document as object), ["__proto__", "constructor", "a"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal(Reflect.get(document as object, "polluted"), undefined);
  });

  const bomb = Array.from({ length: 12 }, (_, i) => {
    const items = i === 0 ? "x" : `*a${String(i - 1)}`;
    return `a${String(i)}: &a${String(i)} [${Array(9).fill(items).join(", ")}]`;
  }).join("\n");
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["duplicate keys", "a: 1\na: 2", /line 2, column 1 repeats a key/],
    ["an unknown anchor", "a: *b", /line 1, column 4 has no anchor before it/],
    ["an anchor in itself", "a: &a [*a]", /nested too deeply/],
    ["an alias bomb", bomb, /too large/],
    [
      "broken YAML",
      "a: [1",
      /^line 1, column \d+ is not YAML: the indentation does not fit what is above/,
    ],
    ["a tag of its own", "a: !secret x", /a tag that is not supported/],
    ["a number that loses digits", "a: 9007199254740993", /put it in quotes/],
    ["infinity", "a: .inf", /put it in quotes/],
    ["a key that is a map", "? {a: 1}\n: 2", /a key that is not a text/],
    ["a merge of a text", "a: {<<: b}", /is no map/],
    ["deep nesting", "- ".repeat(2000), /nested too deeply/],
    ["a huge text", " ".repeat(1024 * 1024 + 1), /larger than 1 MiB/],
  ];
  for (const [title, text, reason] of refused) {
    it(`refuses ${title}`, () => {
      assert.match(patchErrorOf(() => parsePatchText(text)).message, reason);
    });
  }
});

import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Json } from "../../../provider/core/manifest";
import { applyJsonPatch, type Operation, readOperations } from "../../../provider/core/patch";
import { patchErrorOf } from "./drafts";

const document: Json = { map: { a: 1, "x/y": 2, "m~n": 3, none: null }, list: [10, 20, 30] };

// Recorded from gopkg.in/evanphx/json-patch.v4 v4.13.0.
const applied: readonly (readonly [string, readonly Operation[], Json])[] = [
  ["add sets a new key", [{ op: "add", path: "/map/b", value: 2 }], { b: 2 }],
  ["add replaces an existing key", [{ op: "add", path: "/map/a", value: 2 }], { a: 2 }],
  ["add without a value gives null", [{ op: "add", path: "/map/b" }], { b: null }],
  ["replace of a missing key adds it", [{ op: "replace", path: "/map/b", value: 2 }], { b: 2 }],
  ["~1 and ~0 are / and ~", [{ op: "replace", path: "/map/x~1y", value: 9 }], { "x/y": 9 }],
  ["a missing key tests as null", [{ op: "test", path: "/map/b", value: null }], {}],
  [
    "copy of a missing key gives null",
    [{ op: "copy", from: "/map/q", path: "/map/b" }],
    { b: null },
  ],
  ["copy", [{ op: "copy", from: "/map/a", path: "/map/b" }], { b: 1 }],
];

const lists: readonly (readonly [string, readonly Operation[], readonly number[]])[] = [
  ["add inserts before an index", [{ op: "add", path: "/list/1", value: 5 }], [10, 5, 20, 30]],
  ["add - appends", [{ op: "add", path: "/list/-", value: 5 }], [10, 20, 30, 5]],
  ["add at the length appends", [{ op: "add", path: "/list/3", value: 5 }], [10, 20, 30, 5]],
  ["add -1 appends", [{ op: "add", path: "/list/-1", value: 5 }], [10, 20, 30, 5]],
  ["add -4 prepends", [{ op: "add", path: "/list/-4", value: 5 }], [5, 10, 20, 30]],
  ["remove", [{ op: "remove", path: "/list/1" }], [10, 30]],
  ["remove -1 takes the last", [{ op: "remove", path: "/list/-1" }], [10, 20]],
  ["replace with a zero-led index", [{ op: "replace", path: "/list/01", value: 5 }], [10, 5, 30]],
  ["replace +1", [{ op: "replace", path: "/list/+1", value: 5 }], [10, 5, 30]],
  ["move", [{ op: "move", from: "/list/0", path: "/list/-" }], [20, 30, 10]],
];

const refused: readonly (readonly [string, Operation])[] = [
  ["replace below a missing parent", { op: "replace", path: "/map/b/c", value: 1 }],
  ["add below a missing parent", { op: "add", path: "/map/b/c", value: 1 }],
  ["add below null", { op: "add", path: "/map/none/c", value: 1 }],
  ["add below a scalar", { op: "add", path: "/map/a/c", value: 1 }],
  ["remove of a missing key", { op: "remove", path: "/map/b" }],
  ["move of a missing key", { op: "move", from: "/map/b", path: "/map/c" }],
  ["replace beyond the list", { op: "replace", path: "/list/3", value: 1 }],
  ["replace of -", { op: "replace", path: "/list/-", value: 1 }],
  ["add beyond the length", { op: "add", path: "/list/4", value: 1 }],
  ["add before the first", { op: "add", path: "/list/-5", value: 1 }],
  ["remove beyond the list", { op: "remove", path: "/list/3" }],
  ["a word as an index", { op: "add", path: "/list/x", value: 1 }],
  ["an empty index", { op: "add", path: "/list/", value: 1 }],
  ["test of another value", { op: "test", path: "/map/a", value: 2 }],
  ["test of a missing key", { op: "test", path: "/map/b", value: 2 }],
  ["test beyond the list", { op: "test", path: "/list/9", value: null }],
  ["remove of the whole object", { op: "remove", path: "" }],
  ["add over the whole object", { op: "add", path: "", value: {} }],
  ["a scalar for the whole object", { op: "replace", path: "", value: 1 }],
];

describe("JSON patch", () => {
  for (const [title, operations, change] of applied) {
    it(title, () => {
      const map = { ...(document["map"] as object), ...(change as object) };
      assert.deepEqual(applyJsonPatch(document, operations), { ...document, map });
    });
  }
  for (const [title, operations, list] of lists) {
    it(title, () => {
      assert.deepEqual(applyJsonPatch(document, operations), { ...document, list });
    });
  }
  for (const [title, operation] of refused) {
    it(`refuses ${title}`, () => {
      const error = patchErrorOf(() => applyJsonPatch(document, [operation]));
      assert.equal(error.operation, operation.op);
      assert.ok(error.path?.includes(operation.path));
    });
  }

  it("replaces the whole object", () => {
    assert.deepEqual(applyJsonPatch(document, [{ op: "replace", path: "", value: { a: 1 } }]), {
      a: 1,
    });
  });

  it("compares maps and lists in depth", () => {
    const value = { "m~n": 3, a: 1, none: null, "x/y": 2 };
    assert.equal(applyJsonPatch(document, [{ op: "test", path: "/map", value }]), document);
    const error = patchErrorOf(() =>
      applyJsonPatch(document, [{ op: "test", path: "/list", value: [10, 20] }]),
    );
    assert.equal(error.message, "test /list failed: the value is another one");
  });

  it("refuses what is not an operation before anything is applied", () => {
    const entries: readonly (readonly [Json, RegExp])[] = [
      ["text", /operation 1 is not a map/],
      [{ path: "/a" }, /has no op of add/],
      [{ op: "Add", path: "/a" }, /has no op of add/],
      [{ op: "add" }, /\(add\) has no path/],
      [{ op: "add", path: 1 }, /\(add\) has no path/],
      [{ op: "add", path: "spec/x" }, /does not start with "\/"/],
      [{ op: "move", path: "/a" }, /\(move\) has no from/],
    ];
    for (const [entry, expected] of entries) {
      assert.match(patchErrorOf(() => readOperations([entry])).message, expected);
    }
  });

  it("refuses copies that multiply, as the API server does", () => {
    const doubling = (count: number) =>
      Array.from({ length: count }, (_, index): Operation => {
        return { op: "copy", from: "/spec", path: `/spec/c${index}` };
      });
    const value = { spec: { text: "x".repeat(1000) } };
    const error = patchErrorOf(() => applyJsonPatch(value, doubling(16)));
    assert.match(error.message, /from \/spec to \/spec\/c11 .*larger than 3 MiB/);
    assert.ok(JSON.stringify(applyJsonPatch(value, doubling(11))).length < 3 * 1024 * 1024);
  });

  it("keys such as __proto__ are ordinary keys", () => {
    const operations: readonly Operation[] = [
      { op: "add", path: "/__proto__", value: { polluted: true } },
      { op: "add", path: "/__proto__/more", value: 1 },
      { op: "add", path: "/constructor", value: {} },
      { op: "add", path: "/constructor/prototype", value: { polluted: true } },
    ];
    const result = applyJsonPatch({}, operations) as object;
    assert.deepEqual(Object.keys(result), ["__proto__", "constructor"]);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    patchErrorOf(() => applyJsonPatch({}, [{ op: "add", path: "/__proto__/polluted" }]));
    patchErrorOf(() => applyJsonPatch({}, [{ op: "remove", path: "/toString" }]));
  });

  it("add, test and remove leave the value as it was, and never change the one given", () => {
    const key = fc.string().filter((text) => !Object.hasOwn(document as object, text));
    fc.assert(
      fc.property(key, fc.jsonValue(), (name, any) => {
        const value = JSON.parse(JSON.stringify(any)) as Json;
        const before = JSON.stringify(document);
        const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const result = applyJsonPatch(document, [
          { op: "add", path, value },
          { op: "test", path, value },
          { op: "copy", from: path, path: "/list/0" },
          { op: "test", path: "/list/0", value },
          { op: "remove", path: "/list/0" },
          { op: "remove", path },
        ]);
        assert.deepEqual(result, document);
        assert.equal(JSON.stringify(document), before);
      }),
    );
  });
});

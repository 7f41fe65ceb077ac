import assert from "node:assert/strict";
import { countAbsences, toAbsences } from "../../../provider/core/lifecycle/absences";

describe("the counts of missing objects", () => {
  it("go on from the higher one of state and record, in order", () => {
    const known = [
      { b: 1, a: 3 },
      { a: 2, c: 5 },
    ];
    const counts = countAbsences(known, ["c", "d"]);
    assert.deepEqual(counts, { a: 3, b: 1, c: 6, d: 1 });
    assert.deepEqual(Object.keys(counts), ["a", "b", "c", "d"]);
    assert.deepEqual(countAbsences([{}, {}], []), {});
  });

  it("are read from what anybody may have written", () => {
    assert.deepEqual(toAbsences({ a: 1, b: "2", c: -1, d: null, e: {} }), { a: 1 });
    for (const value of [undefined, null, "text", 7, ["a"]])
      assert.deepEqual(toAbsences(value), {});
  });
});

import assert from "node:assert/strict";
import {
  FINALIZER,
  finalizersOfOthers,
  hasFinalizer,
  stripOperations,
} from "../../../provider/core/lifecycle/finalizers";

const withFinalizers = (...finalizers: readonly string[]) => ({ metadata: { finalizers } });
const removal = (index: number) => {
  const path = `/metadata/finalizers/${index}`;
  return [
    { op: "test", path, value: FINALIZER },
    { op: "remove", path },
  ];
};

describe("Flux's finalizer", () => {
  it("is taken away alone, by its place", () => {
    assert.deepEqual(stripOperations(withFinalizers(FINALIZER)), removal(0));
    assert.deepEqual(stripOperations(withFinalizers("a/b", FINALIZER, "c/d")), removal(1));
  });

  it("is taken away from the end where it is there more than once", () => {
    const object = withFinalizers(FINALIZER, "a/b", FINALIZER);
    assert.deepEqual(stripOperations(object), [...removal(2), ...removal(0)]);
  });

  it("is told from those of others", () => {
    for (const object of [withFinalizers("a/b"), withFinalizers(), { metadata: {} }, {}]) {
      assert.deepEqual(stripOperations(object), []);
      assert.equal(hasFinalizer(object), false);
    }
    const shared = withFinalizers("a/b", FINALIZER, "c/d");
    assert.equal(hasFinalizer(shared), true);
    assert.deepEqual(finalizersOfOthers(shared), ["a/b", "c/d"]);
    assert.deepEqual(finalizersOfOthers(withFinalizers(FINALIZER, "foregroundDeletion")), []);
  });
});

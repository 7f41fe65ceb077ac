import assert from "node:assert/strict";
import type { JsonObject } from "../../../provider/core/manifest";
import type { Call, Properties } from "../../../provider/io/lifecycle/lifecycle";
import { lock } from "../../../provider/io/lifecycle/lock";

const OLD = { version: "v2.9.3", digest: "sha256:old" };
const NEW = { version: "v2.9.4", digest: "sha256:new" };
const call: Call = {
  name: "flux:lock",
  signal: new AbortController().signal,
  warn: () => undefined,
  info: () => undefined,
};
const inputs = (values: JsonObject): Properties => ({ values, unknown: new Set() });
const known = (values: JsonObject) => ({ id: "flux:lock", state: OLD, inputs: inputs(values) });

describe("the lock of a distribution", () => {
  const before = { range: "2.9.x", artifact: "oci://example.com/flux", candidate: OLD };

  it("keeps the first candidate, in a preview too", async () => {
    assert.deepEqual(await lock.create(inputs(before), call), OLD);
    assert.deepEqual(await lock.preview?.(inputs(before), undefined, call), OLD);
  });

  const unchanged: readonly JsonObject[] = [
    { ...before, candidate: NEW },
    { range: before.range, artifact: before.artifact, unresolved: "no route" },
  ];
  for (const now of unchanged) {
    it(`stays with ${JSON.stringify(now)}`, async () => {
      assert.deepEqual(await lock.check?.(inputs(now), inputs(before), call), []);
      const diff = await lock.diff(inputs(now), known(before), call);
      assert.deepEqual(diff, { updated: [], replaced: [] });
    });
  }

  for (const [name, change] of [
    ["range", { range: "2.x" }],
    ["artifact", { artifact: "oci://example.com/mirror" }],
  ] as const) {
    it(`moves when the ${name} changes`, async () => {
      const now = inputs({ ...before, candidate: NEW, ...change });
      const diff = await lock.diff(now, known(before), call);
      assert.deepEqual(diff, { updated: [name], replaced: [] });
      assert.deepEqual(await lock.update(now, known(before), call), NEW);
    });

    it(`refuses when the ${name} changes to what can't be resolved`, async () => {
      const now = inputs({
        range: before.range,
        artifact: before.artifact,
        ...change,
        unresolved: "x",
      });
      const problems = await lock.check?.(now, inputs(before), call);
      assert.deepEqual(problems, [{ path: "", reason: "x" }]);
    });
  }

  it("refuses to begin with what can't be resolved", async () => {
    const now = inputs({ range: "2.9.x", unresolved: "no route" });
    const problems = await lock.check?.(now, undefined, call);
    assert.deepEqual(problems, [{ path: "", reason: "no route" }]);
  });
});

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { forEach } from "../../../provider/io/cluster/parallel";

describe("tasks at once", () => {
  it("are as many as allowed", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEach([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
      done.push(item);
    });
    assert.equal(most, 3);
    assert.deepEqual(done.toSorted(), [1, 2, 3, 4, 5, 6, 7]);
  });

  it("stop after a failure, when those that run are done", async () => {
    const started: number[] = [];
    let ended = 0;
    const task = async (item: number) => {
      started.push(item);
      await sleep(item === 2 ? 1 : 10);
      ended += 1;
      if (item === 2) throw new Error("second");
    };
    await assert.rejects(forEach([1, 2, 3, 4, 5, 6], 2, task), /second/);
    assert.deepEqual(started, [1, 2]);
    assert.equal(ended, 2);
  });
});

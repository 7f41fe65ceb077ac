import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { firstOf } from "../../provider/io/signal";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Waits while everything that nothing refers to is collected. */
async function waitCollecting(milliseconds: number): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    collect();
    await sleep(20);
  }
}

describe("the first of some signals", () => {
  it("comes with the first one, with its reason", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const first = firstOf(one.signal, undefined, other.signal);
    assert.equal(first.aborted, false);
    other.abort("because");
    assert.equal(first.reason, "because");
    assert.equal(firstOf(one.signal, other.signal).aborted, true);
  });

  it("comes by a time that nothing else refers to", async () => {
    const first = firstOf(new AbortController().signal, AbortSignal.timeout(100));
    await waitCollecting(300);
    assert.equal(first.aborted, true);
  });

  it("comes to who listens, through others", async () => {
    let heard = 0;
    const listen = () => {
      const first = firstOf(firstOf(AbortSignal.timeout(100)), AbortSignal.timeout(60_000));
      first.addEventListener("abort", () => {
        heard += 1;
      });
    };
    listen();
    await waitCollecting(300);
    assert.equal(heard, 1);
  });
});

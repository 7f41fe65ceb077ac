import assert from "node:assert/strict";
import { DURATION, parseDuration, printDuration } from "../../../provider/core/spec/duration";

describe("durations", () => {
  const printed: readonly (readonly [string, string])[] = [
    ["1m", "1m0s"],
    ["90s", "1m30s"],
    ["5m", "5m0s"],
    ["1h", "1h0m0s"],
    ["1h30m", "1h30m0s"],
    ["500ms", "500ms"],
    ["0.5s", "500ms"],
    ["1.5s", "1.5s"],
    ["1m500ms", "1m0.5s"],
    ["0s", "0s"],
    ["100h", "100h0m0s"],
    ["0.5ms", "500µs"],
    ["2m2m", "4m0s"],
    ["0.0001ms", "100ns"],
    ["0.0015ms", "1.5µs"],
    ["0.1234567891s", "123.456789ms"],
    ["0.0000000001s", "0s"],
    ["1.000000001s", "1.000000001s"],
    ["0.3h", "18m0s"],
    ["2.675s", "2.675s"],
    ["999999h", "999999h0m0s"],
  ];
  for (const [written, expected] of printed) {
    it(`prints ${written} as Go does: ${expected}`, () => {
      assert.equal(printDuration(written), expected);
    });
  }

  it("adds all parts up, in nanoseconds", () => {
    assert.equal(parseDuration("1h1m1s1ms"), 3_661_001_000_000n);
  });

  it("knows what Go can't hold", () => {
    assert.equal(parseDuration("2562047h47m16.854775807s"), 2n ** 63n - 1n);
    assert.equal(parseDuration("2562048h"), undefined);
  });

  for (const wrong of ["", "1", "1d", "-1m", "1m ", "m", "1 m"]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.ok(!DURATION.test(wrong));
    });
  }
});

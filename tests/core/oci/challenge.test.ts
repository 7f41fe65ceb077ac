import assert from "node:assert/strict";
import { readChallenge } from "../../../provider/core/oci/challenge";

const CASES: readonly (readonly [string, object | undefined])[] = [
  [
    'Bearer realm="https://auth.example/token",service="registry",scope="repository:a:pull"',
    { scheme: "bearer", realm: "https://auth.example/token", service: "registry" },
  ],
  ['bearer realm="https://a/t"', { scheme: "bearer", realm: "https://a/t" }],
  [
    "Bearer realm=https://a/t , service=s",
    { scheme: "bearer", realm: "https://a/t", service: "s" },
  ],
  ['Basic realm="a, b"', { scheme: "basic" }],
  ["Basic", { scheme: "basic" }],
  [
    'Basic realm="x", Bearer realm="https://a/\\"t",service="s"',
    { scheme: "bearer", realm: 'https://a/"t', service: "s" },
  ],
  ['Negotiate, Basic realm="x"', { scheme: "basic" }],
  ["Negotiate", undefined],
  ["", undefined],
  ['Bearer error="x"', undefined],
];

describe("a challenge", () => {
  for (const [header, expected] of CASES) {
    it(`is read from ${JSON.stringify(header)}`, () => {
      assert.deepEqual(readChallenge(header), expected);
    });
  }

  it("that is built to be slow is read in no time", () => {
    const start = performance.now();
    readChallenge(`Bearer ${"a ".repeat(8_000)}`);
    readChallenge(`Bearer a=${" ".repeat(16_000)}`);
    assert.ok(performance.now() - start < 1000);
  });
});

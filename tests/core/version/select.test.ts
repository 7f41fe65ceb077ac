import assert from "node:assert/strict";
import { selectVersion } from "../../../provider/core/version/select";

const shipped = (
  "v2.2.3 v2.3.0 v2.4.0 v2.5.0 v2.5.1 v2.6.0 v2.6.1 v2.6.2 v2.6.3 v2.6.4 v2.7.0 v2.7.1 v2.7.2 " +
  "v2.7.3 v2.7.4 v2.7.5 v2.8.0 v2.8.1 v2.8.2 v2.8.3 v2.8.5 v2.8.6 v2.8.7 v2.8.8 " +
  "v2.9.0 v2.9.1 v2.9.2 v2.9.3 v2.9.4"
).split(" ");

const chosen: readonly (readonly [string, string])[] = [
  ["2.x", "v2.9.4"],
  ["*", "v2.9.4"],
  ["2.9.1", "v2.9.1"],
  ["2.8", "v2.8.8"],
  ["~>2.8.1", "v2.8.8"],
  ["^2.3", "v2.9.4"],
  ["<=2.8", "v2.8.8"],
  [">=2.7.0 <2.9.0", "v2.8.8"],
  ["2.3.x || 2.5.x", "v2.5.1"],
  ["2.3.0 - 2.6", "v2.6.4"],
  ["2.9.x, !=2.9.4", "v2.9.3"],
  [">=2.9.0-0", "v2.9.4"],
];

function problemOf(constraint: string, candidates: readonly string[]): string {
  const selection = selectVersion(constraint, candidates);
  assert.ok("problem" in selection);
  return selection.problem;
}

describe("version selection", () => {
  for (const [constraint, expected] of chosen) {
    it(`${constraint} chooses ${expected}`, () => {
      assert.deepEqual(selectVersion(constraint, shipped), { version: expected });
    });
  }

  it("orders by version, not by text, and keeps the name as it was listed", () => {
    const candidates = ["2.9.0", "v2.10.0", "02.8.0"];
    assert.deepEqual(selectVersion("2.x", candidates), { version: "v2.10.0" });
    assert.deepEqual(selectVersion("2.8.x", candidates), { version: "02.8.0" });
  });

  it("ignores what is not a version", () => {
    assert.deepEqual(selectVersion("*", ["VERSION", "roles", "v2.9.4"]), { version: "v2.9.4" });
  });

  it("takes a pre-release only when one is asked for", () => {
    assert.deepEqual(selectVersion(">=2.9", ["2.9.0", "2.10.0-rc.1"]), { version: "2.9.0" });
    const withPrereleases = selectVersion("^2.9.0-rc.1", ["2.9.0", "2.10.0-rc.1"]);
    assert.deepEqual(withPrereleases, { version: "2.10.0-rc.1" });
  });

  it("a bad constraint shows what was given and two examples", () => {
    for (const constraint of ["", "latest", "not a range"]) {
      assert.equal(
        problemOf(constraint, shipped),
        `"${constraint}" is not a version constraint; write for example "2.x" or ">=2.8.0 <2.10.0"`,
      );
    }
    assert.ok(problemOf("x y ".repeat(1000), shipped).length < 250);
  });

  it("no match lists a few versions in full", () => {
    assert.equal(
      problemOf("3.x", ["v2.8.8", "v2.9.4", "v2.9.0"]),
      `no Flux version matches "3.x"; available: v2.9.4, v2.9.0, v2.8.8`,
    );
  });

  it("no match groups many versions by minor, newest first", () => {
    assert.equal(
      problemOf("2.8.4", shipped),
      `no Flux version matches "2.8.4"; available: v2.9.4 (and 4 older), v2.8.8 (and 7 older), ` +
        `v2.7.5 (and 5 older), v2.6.4 (and 4 older), v2.5.1 (and 1 older), v2.4.0, v2.3.0, v2.2.3`,
    );
  });

  it("no match counts the minors that it does not show", () => {
    const minors = Array.from({ length: 20 }, (_, minor) => `v1.${String(minor)}.0`);
    assert.match(problemOf("3.x", minors), /v1\.8\.0, and 8 older minors$/);
  });

  it("says when there are no versions", () => {
    assert.equal(
      problemOf("2.x", ["README"]),
      `no Flux version matches "2.x"; the distribution has no versions`,
    );
  });
});

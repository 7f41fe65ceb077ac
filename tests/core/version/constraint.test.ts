import assert from "node:assert/strict";
import * as fc from "fast-check";
import { matches, parseConstraint } from "../../../provider/core/version/constraint";
import { compareVersions, parseVersion } from "../../../provider/core/version/version";
import { candidates, cases } from "./constraint-cases";

function matching(constraint: string): string | undefined {
  const parsed = parseConstraint(constraint);
  return parsed && candidates.filter((text) => matches(parsed, parseVersion(text)!)).join(" ");
}

const release = fc
  .tuple(fc.nat(4), fc.nat(12), fc.nat(9))
  .map((parts) => parts.map(String).join("."));

describe("version constraints", () => {
  for (const [constraint, expected] of cases) {
    const title = constraint.length > 40 ? `${constraint.slice(0, 40)}…` : constraint;
    it(`${JSON.stringify(title)} as Masterminds/semver`, () => {
      assert.equal(matching(constraint), expected);
    });
  }

  it("a version matches itself and its negation does not", () => {
    fc.assert(
      fc.property(release, (text) => {
        const version = parseVersion(text)!;
        assert.ok(matches(parseConstraint(`=${text}`)!, version));
        assert.ok(!matches(parseConstraint(`!=${text}`)!, version));
      }),
    );
  });

  it("a comma or a space is AND, || is OR", () => {
    fc.assert(
      fc.property(release, release, release, (a, b, text) => {
        const version = parseVersion(text)!;
        const [first, second] = [`>=${a}`, `<${b}`].map((part) =>
          matches(parseConstraint(part)!, version),
        );
        for (const and of [", ", " ", ","]) {
          const both = matches(parseConstraint(`>=${a}${and}<${b}`)!, version);
          assert.equal(both, first && second);
        }
        assert.equal(
          matches(parseConstraint(`>=${a}||<${b}`)!, version),
          Boolean(first) || Boolean(second),
        );
      }),
    );
  });

  it(">= and < divide the releases as the comparison does", () => {
    fc.assert(
      fc.property(release, release, (bound, text) => {
        const version = parseVersion(text)!;
        const lower = compareVersions(version, parseVersion(bound)!) < 0;
        assert.equal(matches(parseConstraint(`<${bound}`)!, version), lower);
        assert.equal(matches(parseConstraint(`>=${bound}`)!, version), !lower);
      }),
    );
  });

  it("never throws or hangs, whatever the text", () => {
    const pieces = fc.constantFrom(
      "2",
      ".",
      "x",
      "*",
      " ",
      ",",
      "||",
      ">",
      "=",
      "~",
      "-",
      "v",
      "+",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          matching(text);
        },
      ),
    );
    assert.equal(matching("1  ,  ".repeat(60)), undefined);
    assert.equal(matching(`${" ".repeat(500)}!`), undefined);
  });
});

describe("versions", () => {
  const read: readonly (readonly [string, string | undefined])[] = [
    ["v2.9.4", "2.9.4"],
    ["2.9", "2.9.0"],
    ["v2", "2.0.0"],
    ["02.9.0", "2.9.0"],
    ["2.9.0-rc.1+build", "2.9.0-rc.1"],
    [" 2.9.0", undefined],
    ["2.9.0 ", undefined],
    ["V2.9.0", undefined],
    ["2.9.0-01", undefined],
    ["2.9.0.1", undefined],
    ["latest", undefined],
    ["", undefined],
    [`2.9.0-${"a".repeat(300)}`, undefined],
  ];
  for (const [text, expected] of read) {
    it(`${JSON.stringify(text.slice(0, 20))} reads as ${expected ?? "no version"}`, () => {
      assert.equal(parseVersion(text)?.semver.version, expected);
    });
  }
});

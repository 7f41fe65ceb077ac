import assert from "node:assert/strict";
import { readTimestamp } from "../../../provider/core/patch/timestamp";

// Recorded from kustomize (go.yaml.in/yaml/v3).
const TIMES: readonly (readonly [string, string | undefined])[] = [
  ["2020-01-01", "2020-01-01T00:00:00Z"],
  ["2020-1-2", "2020-01-02T00:00:00Z"],
  ["2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"],
  ["2020-01-01T10:00:00.120+02:00", "2020-01-01T10:00:00.12+02:00"],
  ["2020-01-01T10:00:00+00:00", "2020-01-01T10:00:00Z"],
  ["2020-01-01t1:2:3Z", "2020-01-01T01:02:03Z"],
  ["2020-01-01 10:00:00", "2020-01-01T10:00:00Z"],
  ["2020-01-01 10:00:00.5", "2020-01-01T10:00:00.5Z"],
  ["2020-02-29", "2020-02-29T00:00:00Z"],
  ["2020-02-30", undefined],
  ["2020-13-01", undefined],
  ["2020-01-01T25:00:00Z", undefined],
  ["2020-01-01T10:00:00", undefined],
  ["2020-01-01T10:00Z", undefined],
  ["2020-01-01 10:00:00Z", undefined],
  ["20-01-01", undefined],
];

describe("points in time", () => {
  for (const [text, expected] of TIMES) {
    it(`${text} is ${expected ?? "a text"}`, () => {
      assert.equal(readTimestamp(text), expected);
    });
  }
});

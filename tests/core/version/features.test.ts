import assert from "node:assert/strict";
import {
  type Feature,
  isDowngrade,
  isNewerThanTested,
  requirementOf,
  supports,
} from "../../../provider/core/version/features";

const firstVersions: Readonly<Record<Feature, readonly [without: string, first: string]>> = {
  sourceWatcher: ["v2.6.4", "v2.7.0"],
  sourceWatcherSharding: ["v2.8.8", "v2.9.0"],
  sourceApiV1: ["v2.5.1", "v2.6.0"],
  objectLevelWorkloadIdentity: ["v2.5.1", "v2.6.0"],
  objectLevelWorkloadIdentityAlways: ["v2.6.4", "v2.7.0"],
  objectLevelWorkloadIdentityHelm: ["v2.6.4", "v2.7.0"],
  multitenantWorkloadIdentity: ["v2.6.4", "v2.7.0"],
  gitProviderAws: ["v2.8.8", "v2.9.0"],
};

describe("features", () => {
  for (const [name, [without, first]] of Object.entries(firstVersions)) {
    const feature = name as Feature;
    it(`${name} comes with ${first}`, () => {
      assert.equal(supports(feature, without), false);
      for (const version of [first, `${first}-rc.1`, "v2.10.0", "v3.0.0", "v3.0.0-alpha.1"]) {
        assert.equal(supports(feature, version), true, version);
      }
      assert.equal(requirementOf(feature), `>=${first.slice(1)}`);
    });
  }

  it("refuses what is not a version, and names it", () => {
    assert.throws(() => supports("sourceWatcher", "latest"), /"latest" is not a Flux version/);
  });
});

describe("downgrades", () => {
  const table: readonly (readonly [from: string, to: string, downgrade: boolean])[] = [
    ["v2.9.4", "v2.9.4", false],
    ["v2.9.4", "v2.9.0", false],
    ["v2.9.4", "v2.8.8", true],
    ["v2.8.8", "v2.9.0", false],
    ["v2.3.0", "v2.9.0", false],
    ["v2.9.4", "v3.0.0", false],
    ["v3.0.0", "v2.9.4", true],
    ["v3.0.0", "v2.0.0", true],
    ["v2.10.0", "v2.9.4", true],
    ["v2.9.4@sha256:abc", "v2.8.8@sha256:def", true],
    ["v2.9.4@sha256:abc", "v2.9.3", false],
  ];
  for (const [from, to, downgrade] of table) {
    it(`${from} to ${to} is ${downgrade ? "one" : "none"}`, () => {
      assert.equal(isDowngrade(from, to), downgrade);
    });
  }
});

describe("the newest tested minor", () => {
  const table: readonly (readonly [string, boolean])[] = [
    ["v2.8.8", false],
    ["v2.9.4", false],
    ["v2.9.99", false],
    ["v2.10.0", true],
    ["v2.10.0-rc.1", true],
    ["v3.0.0", true],
    ["v1.99.0", false],
  ];
  for (const [version, newer] of table) {
    it(`${version} is ${newer ? "newer" : "not newer"}`, () => {
      assert.equal(isNewerThanTested(version), newer);
    });
  }
});

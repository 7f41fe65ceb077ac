import assert from "node:assert/strict";
import { isAccepted, versionIn } from "../../tools/sources/version";
import { tools } from "../../tools/sources/tools";

describe("the version a program reports", () => {
  const outputs: readonly (readonly [output: string, version: string | undefined])[] = [
    ["v3.259.0\n", "3.259.0"],
    ["etcd Version: 3.4.23\nGit SHA: Not provided\nGo Version: go1.19.8\n", "3.4.23"],
    ["Kubernetes v1.35.4\n", "1.35.4"],
    ["Kubernetes v1.35.4+k3s1\n", "1.35.4"],
    ["kwok version v0.7.0 go1.26.8 (linux/amd64)\n", "0.7.0"],
    ["docker-registry github.com/docker/distribution 2.8.2+ds1\n", "2.8.2"],
    ["registry github.com/distribution/distribution/v3 v3.0.0\n", "3.0.0"],
    ["v3.260.0-alpha.1\n", "3.260.0-alpha.1"],
    ["command not found\n", undefined],
    ["", undefined],
  ];
  for (const [output, version] of outputs) {
    it(`${JSON.stringify(output)} is ${version ?? "unknown"}`, () => {
      assert.equal(versionIn(output), version);
    });
  }
});

describe("the versions that will do", () => {
  const rows: readonly (readonly [keyof typeof tools, string | undefined, boolean])[] = [
    ["pulumi", "3.259.0", true],
    ["pulumi", "3.300.1", true],
    ["pulumi", "3.258.0", false],
    ["pulumi", "4.0.0", false],
    ["etcd", "3.4.23", true],
    ["etcd", "3.6.6", true],
    ["etcd", "3.3.10", false],
    ["kube-apiserver", "1.35.0", true],
    ["kube-apiserver", "1.35.9", true],
    ["kube-apiserver", "1.34.9", false],
    ["kube-apiserver", "1.36.0", false],
    ["kwok", "0.7.1", true],
    ["kwok", "0.6.0", false],
    ["registry", "2.8.2", true],
    ["registry", "3.0.0", true],
    ["registry", undefined, false],
    ["source-controller", "1.9.4", true],
    ["source-controller", "1.9.1", false],
    ["source-controller", "1.10.0", false],
  ];
  for (const [name, version, accepted] of rows) {
    it(`${name} ${version ?? "of unknown version"}: ${accepted ? "yes" : "no"}`, () => {
      assert.equal(isAccepted(version, tools[name].accepts), accepted);
    });
  }
});

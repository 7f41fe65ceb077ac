import assert from "node:assert/strict";
import { checksumOf } from "../../tools/sources/checksum";
import { toolOf, type ToolName } from "../../tools/sources/tools";

const platforms = {
  linux: { os: "linux", arch: "amd64" },
  mac: { os: "darwin", arch: "arm64" },
} as const;

describe("the published files", () => {
  const github = "https://github.com";
  const rows: readonly (readonly [ToolName, keyof typeof platforms, string | undefined])[] = [
    [
      "pulumi",
      "linux",
      `${github}/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-linux-x64.tar.gz`,
    ],
    [
      "pulumi",
      "mac",
      `${github}/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-darwin-arm64.tar.gz`,
    ],
    [
      "etcd",
      "linux",
      `${github}/etcd-io/etcd/releases/download/v3.6.6/etcd-v3.6.6-linux-amd64.tar.gz`,
    ],
    ["etcd", "mac", `${github}/etcd-io/etcd/releases/download/v3.6.6/etcd-v3.6.6-darwin-arm64.zip`],
    ["kube-apiserver", "linux", "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/kube-apiserver"],
    ["kube-apiserver", "mac", undefined],
    ["kwok", "linux", `${github}/kubernetes-sigs/kwok/releases/download/v0.7.0/kwok-linux-amd64`],
    ["kwok", "mac", `${github}/kubernetes-sigs/kwok/releases/download/v0.7.0/kwok-darwin-arm64`],
    [
      "registry",
      "linux",
      `${github}/distribution/distribution/releases/download/v3.0.0/registry_3.0.0_linux_amd64.tar.gz`,
    ],
    ["registry", "mac", undefined],
  ];
  for (const [name, platform, url] of rows) {
    it(`${name} on ${platform}`, () => {
      assert.equal(toolOf(name).download?.(platforms[platform])?.url, url);
    });
  }
});

describe("a published checksum", () => {
  const sha256 = "a".repeat(64);
  const sha512 = "b".repeat(128);
  const found = { algorithm: "sha256", hash: sha256 };

  it("is found by file name among others", () => {
    const list = `${"c".repeat(64)}  other.tar.gz\n${sha256}  tool.tar.gz\n`;
    assert.deepEqual(checksumOf(list, "tool.tar.gz"), found);
  });
  it("may be marked as binary, or carry a folder", () => {
    assert.deepEqual(checksumOf(`${sha256} *./tool.tar.gz\n`, "tool.tar.gz"), found);
  });
  it("may be all that the file holds, with or without a newline", () => {
    assert.deepEqual(checksumOf(sha256, "tool"), found);
    assert.deepEqual(checksumOf(`${sha256}\n`, "tool"), found);
  });
  it("may be a SHA-512", () => {
    const list = `${sha512}  tool.tar.gz\n`;
    assert.deepEqual(checksumOf(list, "tool.tar.gz"), { algorithm: "sha512", hash: sha512 });
  });
  it("is absent when the file is not listed, or the page is something else", () => {
    assert.equal(checksumOf(`${sha256}  other.tar.gz\n`, "tool.tar.gz"), undefined);
    assert.equal(checksumOf("<html>not found</html>", "tool.tar.gz"), undefined);
  });
});

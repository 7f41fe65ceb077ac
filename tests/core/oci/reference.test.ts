import assert from "node:assert/strict";
import {
  hostOf,
  isLoopback,
  namesTag,
  parseReference,
  printReference,
} from "../../../provider/core/oci/reference";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const GOOD: readonly (readonly [string, string, object])[] = [
  [
    "a tag",
    "oci://ghcr.io/org/manifests:v1.2-rc_3",
    { registry: "ghcr.io", repository: "org/manifests", tag: "v1.2-rc_3" },
  ],
  ["neither", "oci://ghcr.io/a/b", { registry: "ghcr.io", repository: "a/b", tag: "latest" }],
  [
    "a digest",
    `oci://ghcr.io/a@${DIGEST}`,
    { registry: "ghcr.io", repository: "a", digest: DIGEST },
  ],
  [
    "tag and digest",
    `oci://ghcr.io/a:b@${DIGEST}`,
    { registry: "ghcr.io", repository: "a", tag: "b", digest: DIGEST },
  ],
  [
    "a port",
    "oci://Registry.Example:5000/a:b",
    { registry: "registry.example:5000", repository: "a", tag: "b" },
  ],
  ["IPv6", "oci://[::1]:5000/a:b", { registry: "[::1]:5000", repository: "a", tag: "b" }],
  ["localhost", "oci://localhost/a", { registry: "localhost", repository: "a", tag: "latest" }],
  ["no registry", "oci://org/a", { registry: "docker.io", repository: "org/a", tag: "latest" }],
  ["one name", "oci://flux", { registry: "docker.io", repository: "library/flux", tag: "latest" }],
  [
    "another name of Docker Hub",
    "index.docker.io/flux:v1",
    { registry: "docker.io", repository: "library/flux", tag: "v1" },
  ],
];

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ["nothing", "oci://", /is no repository/],
  ["upper case", "oci://ghcr.io/Org/a", /"Org\/a" is no repository/],
  ["a part that is empty", "oci://ghcr.io/a//b", /is no repository/],
  ["a way out", "oci://ghcr.io/a/../b", /is no repository/],
  ["a query", "oci://ghcr.io/a?b=c", /is no repository/],
  ["a login", "oci://user:secret@ghcr.io/a", /^"oci:\/\/…@ghcr\.io\/a": has a login/],
  ["a login with signs", "user:a/b@c@ghcr.io/a", /^"oci:\/\/…@ghcr\.io\/a": has a login/],
  ["a bad tag", "oci://ghcr.io/a:-b", /"-b" is no tag/],
  ["an empty tag", "oci://ghcr.io/a:", /"" is no tag/],
  ["a tag that is too long", `oci://ghcr.io/a:${"b".repeat(129)}`, /is no tag/],
  ["a short digest", "oci://ghcr.io/a@sha256:0", /"sha256:0" is no sha256 digest/],
  ["another algorithm", `oci://ghcr.io/a@sha512:${"0".repeat(128)}`, /is no sha256 digest/],
  ["two digests", `oci://ghcr.io/a@${DIGEST}@${DIGEST}`, /more than one "@"/],
  ["a bad registry", "oci://-ghcr.io/a", /"-ghcr\.io" is no registry/],
  ["another scheme", "https://ghcr.io/a", /is no registry/],
];

describe("a reference", () => {
  for (const [title, text, expected] of GOOD) {
    it(`with ${title} is taken apart, and printed so that it reads the same`, () => {
      const reference = parseReference(text);
      assert.deepEqual(reference, expected);
      assert.deepEqual(parseReference(printReference(reference)), expected);
    });
  }

  for (const [title, text, message] of BAD) {
    it(`with ${title} is refused`, () => {
      assert.throws(() => parseReference(text), { code: "invalid-reference", message });
    });
  }

  it("says its tag, or leaves it to the default", () => {
    for (const text of ["oci://a.b:5000/c:d", `a.b/c:latest@${DIGEST}`]) {
      assert.ok(namesTag(text), text);
    }
    for (const text of ["oci://a.b:5000/c", `oci://a.b/c@${DIGEST}`]) {
      assert.ok(!namesTag(text), text);
    }
  });

  it("names Docker Hub by another host", () => {
    assert.equal(hostOf("docker.io"), "registry-1.docker.io");
    assert.equal(hostOf("ghcr.io"), "ghcr.io");
  });

  it("is spoken to without TLS on loopback alone", () => {
    const names = [
      "localhost",
      "127.0.0.1",
      "[::1]",
      "127.0.0.1.evil.example",
      "10.0.0.1",
      "0.0.0.0",
    ];
    assert.deepEqual(names.filter(isLoopback), ["localhost", "127.0.0.1", "[::1]"]);
  });
});

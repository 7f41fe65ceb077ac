import assert from "node:assert/strict";
import { isSafeTarget, isTrustedRealm } from "../../../provider/core/oci/origins";

const url = (text: string) => new URL(text.includes("://") ? text : `https://${text}`);

const REALMS: readonly (readonly [string, string, boolean])[] = [
  ["ghcr.io", "ghcr.io", true],
  ["registry-1.docker.io", "auth.docker.io", true],
  ["registry.gitlab.com", "gitlab.com", true],
  ["docker.elastic.example", "docker-auth.elastic.example", true],
  ["registry.example.co.uk", "auth.example.co.uk", true],
  ["registry.example.co.uk", "evil.co.uk", false],
  ["mine.azurecr.io", "evil.azurecr.io", false],
  ["ghcr.io", "evil.example", false],
  ["ghcr.io", "ghcr.io.evil.example", false],
  ["ghcr.io", "http://ghcr.io", false],
  ["ghcr.io", "https://name@ghcr.io", false],
  ["ghcr.io", "http://127.0.0.1", false],
  ["10.0.0.1", "10.0.0.2", false],
  ["http://127.0.0.1:5000", "http://127.0.0.1:6000", true],
  ["http://127.0.0.1:5000", "http://localhost", true],
  ["http://127.0.0.1:5000", "http://10.0.0.1", false],
  ["http://127.0.0.1:5000", "https://evil.example", false],
  ["http://registry.lan:5000", "http://registry.lan:5001", true],
  ["http://registry.lan:5000", "http://auth.lan", false],
];

describe("a token server", () => {
  for (const [registry, realm, trusted] of REALMS) {
    it(`at ${realm} is ${trusted ? "" : "not "}shown the credential for ${registry}`, () => {
      assert.equal(isTrustedRealm(url(registry), url(realm)), trusted);
    });
  }
});

describe("a redirect", () => {
  const targets: readonly (readonly [string, string, boolean])[] = [
    ["ghcr.io", "https://storage.example/blob", true],
    ["ghcr.io", "http://storage.example/blob", false],
    ["ghcr.io", "http://127.0.0.1/blob", false],
    ["ghcr.io", "file:///etc/passwd", false],
    ["http://127.0.0.1:5000", "http://127.0.0.1:6000", true],
    ["http://127.0.0.1:5000", "http://169.254.169.254", false],
    ["http://registry.lan", "http://registry.lan:9000/blob", true],
    ["http://registry.lan", "http://storage.lan/blob", false],
    ["http://registry.lan", "http://127.0.0.1", false],
  ];
  for (const [registry, target, safe] of targets) {
    it(`from ${registry} to ${target} is ${safe ? "" : "not "}followed`, () => {
      assert.equal(isSafeTarget(url(registry), url(target)), safe);
    });
  }
});

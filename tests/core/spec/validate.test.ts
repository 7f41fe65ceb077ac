import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { rootCertificates } from "node:tls";
import { tokenOf } from "../../../provider/core/opaque";
import { read } from "../../../provider/core/spec/read";
import { validate, validateVersion } from "../../../provider/core/spec/validate";

const MINIMAL = { distribution: { version: "2.x" } };
const GIT = {
  kind: "GitRepository",
  url: "https://git.example/a",
  ref: "refs/heads/main",
  path: "./",
};
const OCI = { kind: "OCIRepository", url: "oci://ghcr.io/org/fleet", ref: "latest", path: "./" };
const ARTIFACT = { version: "2.x", artifact: "oci://ghcr.io/a/b" };
const SIGNER = { issuer: "https://issuer.example", identity: "me" };
const { publicKey: PUBLIC_KEY } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/** Args with a distribution of an artifact. */
const reached = (distribution: object) => ({ distribution: { ...ARTIFACT, ...distribution } });
const STORAGE = { class: "standard", size: "10Gi" };

describe("validating a spec", () => {
  const refused: readonly (readonly [object, string, RegExp])[] = [
    [{ namespace: "Flux" }, "namespace", /"Flux" must be at most 63/],
    [{ distribution: { version: "2.x", artifact: "flux" } }, "distribution.artifact", /file:\/\//],
    [
      reached({ caCertificate: "/etc/ca.pem" }),
      "distribution.caCertificate",
      /no certificate in PEM/,
    ],
    [reached({ caCertificate: PEM }), "distribution.caCertificate", /the 1\. of 1/],
    [
      reached({ caCertificate: rootCertificates[0], insecure: true }),
      "distribution.insecure",
      /HTTP without TLS/,
    ],
    [
      reached({ artifactCredentials: { username: "a", password: "" } }),
      "distribution.artifactCredentials.password",
      /is empty/,
    ],
    [reached({ verify: {} }), "distribution.verify", /needs the issuer and the identity/],
    [reached({ verify: { issuer: "i" } }), "distribution.verify.identity", /is missing/],
    [
      reached({ verify: { ...SIGNER, identity: "(" } }),
      "distribution.verify.identity",
      /no regular expression/,
    ],
    [reached({ verify: { ...SIGNER, publicKey: PUBLIC_KEY } }), "distribution.verify", /not both/],
    [
      reached({ verify: { publicKey: "cosign.pub" } }),
      "distribution.verify.publicKey",
      /content of cosign\.pub/,
    ],
    [
      reached({ verify: { ...SIGNER, trustedRoot: "root.json" } }),
      "distribution.verify.trustedRoot",
      /content of a trusted_root\.json/,
    ],
    [
      { distribution: { version: "2.x", verify: SIGNER } },
      "distribution.verify",
      /needs an artifact in a registry/,
    ],
    [{ components: ["helm-controller", "helm-controller"] }, "components", /twice/],
    [{ storage: { class: "standard", size: "10 GB" } }, "storage.size", /"10 GB" is no quantity/],
    [{ storage: { class: "Fast Disk", size: "1Gi" } }, "storage.class", /StorageClass/],
    [{ sharding: { shards: [] } }, "sharding.shards", /is empty/],
    [{ sharding: { shards: ["a", "a"] } }, "sharding.shards", /twice/],
    [{ sharding: { shards: ["Shard"] } }, "sharding.shards", /"Shard"/],
    [{ sharding: { shards: ["s".repeat(46)] } }, "sharding.shards", /at most 45/],
    [{ sharding: { shards: ["a"], key: "no key" } }, "sharding.key", /label key/],
    [{ sharding: { shards: ["a"], storage: "persistent" } }, "sharding.storage", /storage\.class/],
    [{ sync: { ...GIT, name: "a".repeat(64) } }, "sync.name", /63/],
    [{ sync: { ...GIT, interval: "1 minute" } }, "sync.interval", /no duration/],
    [{ sync: { ...GIT, url: "git@github.com:org/fleet" } }, "sync.url", /https:\/\//],
    [{ sync: { ...OCI, url: "https://ghcr.io/org" } }, "sync.url", /oci:\/\//],
    [{ sync: { ...GIT, provider: "gcp" } }, "sync.provider", /OCIRepository and Bucket/],
    [{ sync: { ...OCI, provider: "github" } }, "sync.provider", /only for GitRepository/],
    [
      { cluster: { multitenantWorkloadIdentity: true } },
      "cluster.multitenantWorkloadIdentity",
      /objectLevelWorkloadIdentity: true/,
    ],
  ];
  for (const [args, path, reason] of refused) {
    it(`refuses ${JSON.stringify(args).slice(0, 80)}`, () => {
      const { errors } = validate(read({ ...MINIMAL, ...args }));
      assert.deepEqual(
        errors.map((problem) => problem.path),
        [path],
      );
      assert.match(errors[0]?.reason ?? "", reason);
    });
  }

  const accepted: readonly object[] = [
    {},
    { sync: { ...GIT, url: "ssh://git@github.com/org/fleet", provider: "azure" } },
    { sync: { ...GIT, url: tokenOf("sync.url"), interval: tokenOf("sync.interval") } },
    { sync: { ...OCI, provider: "gcp" } },
    { sync: { kind: "Bucket", url: "minio.example.com", ref: "flux", path: "./" } },
    reached({ caCertificate: `text\n${rootCertificates.slice(0, 3).join("\n")}\n` }),
    reached({ verify: SIGNER, updatePolicy: "locked", offline: true }),
    reached({ verify: { publicKey: PUBLIC_KEY } }),
    reached({ caCertificate: tokenOf("distribution.caCertificate") }),
    { storage: STORAGE, sharding: { shards: ["s".repeat(45)], storage: "persistent" } },
    { storage: { class: "standard", size: "0.5Ti" } },
    { namespace: "gitops", components: ["source-watcher"] },
  ];
  for (const args of accepted) {
    it(`accepts ${JSON.stringify(args).slice(0, 80)}`, () => {
      assert.deepEqual(validate(read({ ...MINIMAL, ...args })), { errors: [], mismatches: [] });
    });
  }

  it("finds a sync without its controllers, which the reference renders", () => {
    const args = { ...MINIMAL, components: ["source-controller"], sync: GIT };
    const { errors, mismatches } = validate(read(args));
    assert.deepEqual(errors, []);
    assert.match(mismatches[0]?.reason ?? "", /without kustomize-controller/);
  });

  it("passes over a rule about a value that could not be read", () => {
    const { errors } = validate(
      read({ ...MINIMAL, sync: { ...GIT, kind: "Git", provider: "gcp" } }),
    );
    assert.deepEqual(errors, []);
  });

  it("never prints the address of a sync, which may hold a password", () => {
    const url = "git://user:hunter2@git.example";
    const { errors } = validate(read({ ...MINIMAL, sync: { ...GIT, url } }));
    assert.ok(!JSON.stringify(errors).includes("hunter2"));
  });
});

describe("validating a spec for a version", () => {
  const IDENTITY = { objectLevelWorkloadIdentity: true };
  const TENANTS = { ...IDENTITY, multitenantWorkloadIdentity: true };
  const cases: readonly (readonly [object, string, readonly string[]])[] = [
    [{ components: ["source-watcher"] }, "v2.6.4", ["components"]],
    [{ components: ["source-watcher"] }, "v2.7.0", []],
    [{ components: ["source-watcher"] }, "v3.0.0", []],
    [{ cluster: IDENTITY }, "v2.5.1", ["cluster.objectLevelWorkloadIdentity"]],
    [{ cluster: IDENTITY }, "v2.6.0", []],
    [{ cluster: TENANTS }, "v2.6.4", ["cluster.multitenantWorkloadIdentity"]],
    [{ cluster: TENANTS }, "v2.7.0", []],
    [{ sync: { ...GIT, provider: "aws" } }, "v2.8.8", ["sync.provider"]],
    [{ sync: { ...GIT, provider: "aws" } }, "v2.9.0", []],
    [{ sync: { ...OCI, provider: "aws" } }, "v2.2.3", []],
  ];
  for (const [args, version, paths] of cases) {
    it(`${JSON.stringify(args).slice(0, 60)} with ${version}`, () => {
      const problems = validateVersion(read({ ...MINIMAL, ...args }), version);
      assert.deepEqual(
        problems.map(({ path }) => path),
        paths,
      );
    });
  }
});

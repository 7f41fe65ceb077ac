import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { toVerifyPolicy, VerifyPolicyError } from "../../../provider/core/signature/policy";
import type { VerifySpec } from "../../../provider/core/spec/spec";

const ISSUER = "https://token.actions.githubusercontent.com";
const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const dsa = generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 });

describe("a policy for signatures", () => {
  it("is an issuer and an identity that must match as a whole", () => {
    for (const identity of ["https://a/.*", "^https://a/.*$", "^https://a/.*"]) {
      const policy = toVerifyPolicy({ issuer: ISSUER, identity });
      assert.ok(policy.kind === "keyless");
      assert.ok(policy.matches("https://a/b"));
      assert.ok(!policy.matches("x https://a/b"));
      assert.ok(!policy.matches("https://a"));
      assert.ok(!policy.matches("https://a/b\nc"));
    }
  });

  it("keeps the alternatives of an identity together", () => {
    const policy = toVerifyPolicy({ issuer: ISSUER, identity: "^a@b|c@d$" });
    assert.ok(policy.kind === "keyless");
    assert.ok(policy.matches("a@b") && policy.matches("c@d"));
    assert.ok(!policy.matches("a@b.evil") && !policy.matches("evil.c@d"));
  });

  it("does not let several lines count for anchors", () => {
    const policy = toVerifyPolicy({ issuer: ISSUER, identity: "(?m)^a@b$" });
    assert.ok(policy.kind === "keyless");
    assert.ok(!policy.matches("a@b\nx"));
  });

  it("is a public key", () => {
    const policy = toVerifyPolicy({ publicKey });
    assert.ok(policy.kind === "key");
    assert.equal(policy.key.export({ type: "spki", format: "pem" }), publicKey);
  });

  const wrong: readonly (readonly [string, VerifySpec, keyof VerifySpec | undefined, RegExp])[] = [
    ["nothing", {}, undefined, /and not both/],
    ["both", { issuer: ISSUER, identity: "a", publicKey }, undefined, /and not both/],
    ["no identity", { issuer: ISSUER }, "identity", /is missing/],
    ["no issuer", { identity: "a" }, "issuer", /is missing/],
    ["an empty issuer", { issuer: "", identity: "a" }, "issuer", /is missing/],
    [
      "a pattern that is none",
      { issuer: ISSUER, identity: "(" },
      "identity",
      /is no regular.*missing closing/,
    ],
    ["a pattern RE2 has not", { issuer: ISSUER, identity: "(?=a)a" }, "identity", /is no regular/],
    [
      "a long pattern",
      { issuer: ISSUER, identity: "a".repeat(513) },
      "identity",
      /longer than 512/,
    ],
    ["a private key", { publicKey: privateKey }, "publicKey", /is a private key/],
    ["two keys", { publicKey: publicKey + publicKey }, "publicKey", /no public key in PEM/],
    ["a name of a key", { publicKey: "awskms:///x" }, "publicKey", /no public key in PEM/],
    ["a broken key", { publicKey: publicKey.replace("M", "A") }, "publicKey", /can't be read/],
    [
      "a key of another kind",
      { publicKey: dsa.publicKey.export({ type: "spki", format: "pem" }) as string },
      "publicKey",
      /type "dsa"/,
    ],
    ["a key with a root", { publicKey, trustedRoot: "{}" }, "trustedRoot", /remove it/],
  ];
  for (const [title, args, property, reason] of wrong) {
    it(`is not ${title}`, () => {
      assert.throws(
        () => toVerifyPolicy(args),
        (error) => {
          assert.ok(error instanceof VerifyPolicyError, String(error));
          assert.equal(error.property, property);
          assert.match(error.message, reason);
          const secret = privateKey.split("\n")[1] ?? "";
          assert.ok(!error.message.includes(secret));
          return true;
        },
      );
    });
  }
});

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { digestOf } from "../../../provider/core/oci/digest";
import type { Trusted } from "../../../provider/core/signature/bundle";
import { SignatureError } from "../../../provider/core/signature/error";
import { toVerifyPolicy } from "../../../provider/core/signature/policy";
import { requireSimple } from "../../../provider/core/signature/simple-signing";
import { toTrust } from "../../../provider/core/signature/trust";
import { keyAnnotationsOf, simpleSigningOf } from "../../support/signing/envelope";
import { startSigstore, type TestSigstore } from "../../support/signing/sigstore";

const DIGEST = digestOf(Buffer.from("an artifact"));
const OTHER = digestOf(Buffer.from("another artifact"));
const PAYLOAD = simpleSigningOf(DIGEST);
const SIGNATURE = "dev.cosignproject.cosign/signature";
const CERTIFICATE = "dev.sigstore.cosign/certificate";
const ENTRY = "dev.sigstore.cosign/bundle";

type Annotations = Readonly<Record<string, string>>;

const refuses = (payload: Buffer, annotations: Annotations, trusted: Trusted, reason: RegExp) =>
  assert.throws(
    () => requireSimple({ payload, annotations }, DIGEST, trusted),
    (error) => {
      assert.ok(error instanceof SignatureError, String(error));
      assert.match(error.message, reason);
      return true;
    },
  );

describe("a signature of the older form by a key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const policy = toVerifyPolicy({
    publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
  });
  assert.equal(policy.kind, "key");
  const trusted: Trusted = { policy };

  it("is accepted", () => {
    const annotations = keyAnnotationsOf(privateKey, PAYLOAD);
    requireSimple({ payload: PAYLOAD, annotations }, DIGEST, trusted);
  });

  const payloads: readonly (readonly [string, Buffer, RegExp])[] = [
    ["about another digest", simpleSigningOf(OTHER), new RegExp(`another digest, "${OTHER}"`)],
    ["of another type", simpleSigningOf(DIGEST, "atomic"), /no container image/],
    ["that is no JSON", Buffer.from("x"), /no JSON object/],
    [
      "without a digest",
      Buffer.from('{"critical":{"type":"cosign container image signature"}}'),
      /no digest/,
    ],
  ];
  for (const [title, payload, reason] of payloads) {
    it(`is refused with a payload ${title}`, () => {
      refuses(payload, keyAnnotationsOf(privateKey, payload), trusted, reason);
    });
  }

  it("is refused when its payload was changed", () => {
    const annotations = keyAnnotationsOf(privateKey, simpleSigningOf(OTHER));
    refuses(PAYLOAD, annotations, trusted, /not made with the public key/);
  });

  it("is refused without a signature", () => {
    refuses(PAYLOAD, {}, trusted, /no annotation/);
    refuses(PAYLOAD, { [SIGNATURE]: "%" }, trusted, /not made with the public key/);
  });
});

describe("a keyless signature of the older form", function () {
  this.timeout(20_000);
  const SIGNER = { issuer: "https://issuer.test", identity: "https://github.com/a/b@main" };
  const keylessOf = (trustedRoot: string, identity = "https://github\\.com/a/.*"): Trusted => {
    const policy = toVerifyPolicy({ issuer: SIGNER.issuer, identity });
    assert.equal(policy.kind, "keyless");
    return { policy, trust: toTrust(trustedRoot) };
  };
  let sigstore: TestSigstore;
  let annotations: Annotations;
  let trusted: Trusted;
  before(async () => {
    sigstore = await startSigstore();
    annotations = await sigstore.annotations(SIGNER, PAYLOAD);
    trusted = keylessOf(sigstore.trustedRoot);
  });

  it("is accepted", () => {
    requireSimple({ payload: PAYLOAD, annotations }, DIGEST, trusted);
  });

  it("is refused by another identity", () => {
    const other = keylessOf(sigstore.trustedRoot, "https://github\\.com/a/");
    refuses(PAYLOAD, annotations, other, /does not match as a whole/);
  });

  it("is refused under another root", async () => {
    const other = await startSigstore();
    refuses(PAYLOAD, annotations, keylessOf(other.trustedRoot), /not by the trusted root/);
  });

  it("is refused about another digest", async () => {
    const payload = simpleSigningOf(OTHER);
    const made = await sigstore.annotations(SIGNER, payload);
    refuses(payload, made, trusted, /another digest/);
    refuses(PAYLOAD, made, trusted, /in no transparency log|does not fit/);
  });

  it("is refused when a part is missing or broken", async () => {
    const other = await sigstore.annotations(SIGNER, simpleSigningOf(OTHER));
    const without = (name: string) =>
      Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== name));
    refuses(PAYLOAD, without(SIGNATURE), trusted, /no annotation/);
    refuses(PAYLOAD, without(CERTIFICATE), trusted, /made with a key/);
    refuses(PAYLOAD, without(ENTRY), trusted, /no entry of a transparency log/);
    for (const text of ["x", "{}", "[]", '{"Payload":{"body":{},"integratedTime":[]}}']) {
      refuses(PAYLOAD, { ...annotations, [ENTRY]: text }, trusted, /can't be read/);
    }
    refuses(PAYLOAD, { ...annotations, [CERTIFICATE]: "x" }, trusted, /can't be read/);
    const foreign = { ...annotations, [ENTRY]: other[ENTRY] ?? "" };
    refuses(PAYLOAD, foreign, trusted, /in no transparency log/);
  });

  it("is refused when its time is another one", () => {
    const entry = JSON.parse(annotations[ENTRY] ?? "") as { Payload: { integratedTime: number } };
    entry.Payload.integratedTime += 1;
    const changed = { ...annotations, [ENTRY]: JSON.stringify(entry) };
    refuses(PAYLOAD, changed, trusted, /in no transparency log/);
  });
});

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { digestOf } from "../../../provider/core/oci/digest";
import { requireBundle, type Trusted } from "../../../provider/core/signature/bundle";
import { SignatureError } from "../../../provider/core/signature/error";
import { toVerifyPolicy } from "../../../provider/core/signature/policy";
import { toTrust } from "../../../provider/core/signature/trust";
import type { VerifySpec } from "../../../provider/core/spec/spec";
import {
  keyBundleOf,
  statementOf,
  type TestBundle,
  type TestEntry,
} from "../../support/signing/envelope";
import { startSigstore, type TestSigstore } from "../../support/signing/sigstore";

const DIGEST = digestOf(Buffer.from("an artifact"));
const OTHER = digestOf(Buffer.from("another artifact"));

const keyOf = (key: KeyObject): Trusted => {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }) as string;
  const policy = toVerifyPolicy({ publicKey });
  assert.equal(policy.kind, "key");
  return { policy };
};

const keylessOf = (args: VerifySpec, trustedRoot: string): Trusted => {
  const policy = toVerifyPolicy(args);
  assert.equal(policy.kind, "keyless");
  return { policy, trust: toTrust(trustedRoot) };
};

const check = (bundle: object, trusted: Trusted) =>
  requireBundle(Buffer.from(JSON.stringify(bundle)), DIGEST, trusted);

const refuses = (bundle: object, trusted: Trusted, reason: RegExp) =>
  assert.throws(
    () => check(bundle, trusted),
    (error) => {
      assert.ok(error instanceof SignatureError, String(error));
      assert.match(error.message, reason);
      return true;
    },
  );

describe("a bundle by a key", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const trusted = keyOf(privateKey);

  const keys: readonly (readonly [string, KeyObject])[] = [
    ["ECDSA P-256", privateKey],
    ["ECDSA P-384", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
    ["ECDSA P-521", generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey],
    ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey],
    ["Ed25519", generateKeyPairSync("ed25519").privateKey],
  ];
  for (const [title, key] of keys) {
    it(`of the kind ${title} is accepted`, () => {
      check(keyBundleOf(key, statementOf(DIGEST)), keyOf(key));
    });
  }

  it("is accepted when one of several subjects is the artifact", () => {
    const [own, other] = [DIGEST, OTHER].map((digest) => digest.slice("sha256:".length));
    const subject = [{ digest: { sha256: other } }, { digest: { sha256: own } }];
    check(keyBundleOf(privateKey, statementOf(DIGEST, { subject })), trusted);
  });

  const statements: readonly (readonly [string, object, RegExp])[] = [
    ["about another digest", statementOf(OTHER), new RegExp(`another digest, "${OTHER}"`)],
    ["about nothing", statementOf(DIGEST, { subject: [] }), /signs no digest/],
    ["about a digest of another kind", statementOf("sha512:00" as never), /signs no digest/],
    [
      "that is a provenance",
      statementOf(DIGEST, { predicateType: "https://slsa.dev/provenance/v1" }),
      /attests "https:\/\/slsa.dev\/provenance\/v1", which is no signature/,
    ],
    ["that is no statement", statementOf(DIGEST, { _type: "x" }), /no in-toto statement/],
    ["that is a list", [], /no JSON object/],
  ];
  for (const [title, statement, reason] of statements) {
    it(`is refused with a statement ${title}`, () => {
      refuses(keyBundleOf(privateKey, statement), trusted, reason);
    });
  }

  it("is refused when its payload is of another type", () => {
    refuses(keyBundleOf(privateKey, statementOf(DIGEST), "text/plain"), trusted, /"text\/plain"/);
  });

  it("is refused by another key", () => {
    const other = keyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
    refuses(keyBundleOf(privateKey, statementOf(DIGEST)), other, /not made with the public key/);
  });

  it("is refused when its payload was changed", () => {
    const bundle = keyBundleOf(privateKey, statementOf(OTHER));
    const payload = Buffer.from(JSON.stringify(statementOf(DIGEST))).toString("base64");
    bundle.dsseEnvelope.payload = payload;
    refuses(bundle, trusted, /not made with the public key/);
  });

  it("is refused when it is broken", () => {
    const bundle = keyBundleOf(privateKey, statementOf(DIGEST));
    const broken = [
      null,
      {},
      [],
      { ...bundle, mediaType: "application/vnd.dev.sigstore.bundle.v0.9+json" },
      { ...bundle, mediaType: "text/plain" },
      { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [] } },
      { ...bundle, dsseEnvelope: undefined },
      { ...bundle, verificationMaterial: {} },
    ];
    for (const value of broken) refuses(value as object, trusted, /is no Sigstore bundle|version/);
    for (const text of ["", "x", "[".repeat(100_000)]) {
      assert.throws(() => requireBundle(Buffer.from(text), DIGEST, trusted), SignatureError);
    }
  });
});

describe("a keyless bundle", function () {
  this.timeout(20_000);
  const ISSUER = "https://token.actions.githubusercontent.com";
  const SIGNER = {
    issuer: ISSUER,
    identity:
      "https://github.com/controlplaneio-fluxcd/flux-operator/.github/workflows/release.yaml@refs/tags/v0.58.1",
  };
  const POLICY = { issuer: ISSUER, identity: "^https://github\\.com/controlplaneio-fluxcd/.*$" };
  let sigstore: TestSigstore;
  let trusted: Trusted;
  let bundle: TestBundle;
  before(async () => {
    sigstore = await startSigstore();
    trusted = keylessOf(POLICY, sigstore.trustedRoot);
  });
  beforeEach(async () => {
    bundle = await sigstore.bundle(SIGNER, statementOf(DIGEST));
  });

  it("is accepted, with the time of the log", () => {
    check(bundle, trusted);
  });

  it("is accepted, with the time of a timestamp authority", async () => {
    check(await sigstore.bundle(SIGNER, statementOf(DIGEST), 2), trusted);
  });

  it("is accepted when the identity is written without anchors", () => {
    const identity = "https://github\\.com/controlplaneio-fluxcd/.*";
    check(bundle, keylessOf({ ...POLICY, identity }, sigstore.trustedRoot));
  });

  const identities: readonly (readonly [string, string])[] = [
    ["a prefix", "^https://github\\.com/controlplaneio-fluxcd/"],
    ["a part", "controlplaneio-fluxcd"],
    ["a prefix or a suffix", "^https://github\\.com/controlplaneio-fluxcd/|v0\\.58\\.1$"],
    ["another owner", "^https://github\\.com/fluxcd/.*$"],
    ["another case", "^https://github\\.com/ControlPlaneIO-FluxCD/.*$"],
  ];
  for (const [title, identity] of identities) {
    it(`is refused when the identity matches ${title}`, () => {
      const other = keylessOf({ ...POLICY, identity }, sigstore.trustedRoot);
      refuses(
        bundle,
        other,
        /is by "https:\/\/github.com\/controlplaneio.*does not match as a whole/,
      );
    });
  }

  it("is refused by a signer whose name goes on", async () => {
    const identity = "https://github.com/a/b@refs/heads/main";
    const evil = { ...SIGNER, identity: `${identity}-2` };
    const made = await sigstore.bundle(evil, statementOf(DIGEST));
    const exact = { ...POLICY, identity: identity.replaceAll(".", "\\.") };
    refuses(made, keylessOf(exact, sigstore.trustedRoot), /main-2/);
  });

  for (const issuer of ["https://accounts.google.com", `${ISSUER}/`, "https://token.actions"]) {
    it(`is refused when the issuer shall be ${issuer}`, () => {
      const other = keylessOf({ ...POLICY, issuer }, sigstore.trustedRoot);
      refuses(bundle, other, /which is not distribution\.verify\.issuer/);
    });
  }

  it("is refused under another root", async () => {
    const other = await startSigstore();
    refuses(bundle, keylessOf(POLICY, other.trustedRoot), /not by the trusted root/);
  });

  it("is refused when its certificate was not valid any more", async () => {
    const old = await startSigstore({ issued: new Date(Date.now() - 60 * 60 * 1000) });
    const made = await old.bundle(SIGNER, statementOf(DIGEST));
    refuses(made, keylessOf(POLICY, old.trustedRoot), /not valid when it was used/);
    const later = await old.bundle(SIGNER, statementOf(DIGEST), 2);
    refuses(later, keylessOf(POLICY, old.trustedRoot), /not valid when it was used/);
  });

  it("is refused when its certificate is in no log", async () => {
    const without = await startSigstore({ ctLog: false });
    const made = await without.bundle(SIGNER, statementOf(DIGEST));
    refuses(made, keylessOf(POLICY, without.trustedRoot), /expected 1 SCTs, got 0/);
  });

  it("is refused about another digest", async () => {
    const made = await sigstore.bundle(SIGNER, statementOf(OTHER));
    refuses(made, trusted, /signs another digest/);
  });

  it("is refused when it is made with a key", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    refuses(keyBundleOf(privateKey, statementOf(DIGEST)), trusted, /made with a key/);
  });

  type Change = (bundle: TestBundle, entry: TestEntry) => unknown;
  const base64 = (content: string | Buffer) => Buffer.from(content).toString("base64");
  const changes: readonly (readonly [string, Change, RegExp])[] = [
    [
      "its payload was changed",
      ({ dsseEnvelope }) => {
        const statement = statementOf(DIGEST, { predicate: null });
        dsseEnvelope.payload = base64(JSON.stringify(statement));
      },
      /in no transparency log/,
    ],
    [
      "it has no entry of a log",
      ({ verificationMaterial }) => (verificationMaterial.tlogEntries = []),
      /no time/,
    ],
    [
      "its time is its own",
      (_, entry) => (entry.integratedTime = String(Number(entry.integratedTime) + 1)),
      /in no transparency log/,
    ],
    [
      "its time has no proof",
      (_, entry) => delete entry.inclusionPromise,
      /no time that the trusted root vouches for/,
    ],
    [
      "its log signed another tree",
      (_, { inclusionProof }) => {
        inclusionProof.treeSize = "2";
        inclusionProof.hashes = [base64(Buffer.alloc(32))];
      },
      /in no transparency log/,
    ],
    [
      "its entry is of something else",
      (_, entry) => (entry.canonicalizedBody = base64("{}")),
      /in no transparency log/,
    ],
    [
      "its entry can't be read",
      (_, entry) => (entry.canonicalizedBody = base64("x")),
      /in no transparency log/,
    ],
    [
      "its certificate can't be read",
      ({ verificationMaterial }) => (verificationMaterial.certificate = { rawBytes: base64("x") }),
      /can't be read/,
    ],
    [
      "the name of its log would run for ever",
      (_, { inclusionProof: { checkpoint } }) =>
        (checkpoint.envelope = checkpoint.envelope.replace(
          "\u2014 rekor.test",
          "\u2014 ((.+)+)+!",
        )),
      /which is no name/,
    ],
  ];
  for (const [title, change, reason] of changes) {
    it(`is refused when ${title}`, () => {
      change(bundle, bundle.verificationMaterial.tlogEntries[0]!);
      refuses(bundle, trusted, reason);
    });
  }

  it("is refused when the second log has another signature", async () => {
    const [made, other] = [
      await sigstore.bundle(SIGNER, statementOf(DIGEST), 2),
      await sigstore.bundle(SIGNER, statementOf(OTHER), 2),
    ];
    made.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    refuses(made, trusted, /in no transparency log/);
  });

  it("is refused with the certificate of another bundle", async () => {
    const other = await sigstore.bundle(SIGNER, statementOf(OTHER));
    other.verificationMaterial.certificate = bundle.verificationMaterial.certificate!;
    other.dsseEnvelope.payload = bundle.dsseEnvelope.payload;
    refuses(other, trusted, /in no transparency log|does not fit/);
  });
});

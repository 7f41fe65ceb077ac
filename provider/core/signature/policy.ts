import { createPublicKey, type KeyObject } from "node:crypto";
import { parseRegex, RegexError, type Regex } from "../patch/regex";
import type { VerifySpec } from "../spec/spec";

/** Whose signature counts. */
export type VerifyPolicy =
  | {
      readonly kind: "keyless";
      readonly issuer: string;
      readonly identity: string;
      /** True for a text that `identity` matches as a whole. */
      readonly matches: Regex;
    }
  | { readonly kind: "key"; readonly key: KeyObject };

/** A policy that is no policy; the message never holds what was given as a key. */
export class VerifyPolicyError extends Error {
  override readonly name = "VerifyPolicyError";
  /** The property that is wrong; undefined where it is all of them together. */
  readonly property: keyof VerifySpec | undefined;

  constructor(property: keyof VerifySpec | undefined, reason: string) {
    super(reason);
    this.property = property;
  }
}

const ONE_OF =
  "needs the issuer and the identity of the signer, or the signer's publicKey, and not both";

/** @throws VerifyPolicyError */
export function toVerifyPolicy(args: VerifySpec): VerifyPolicy {
  const { issuer, identity, publicKey, trustedRoot } = args;
  const keyless = issuer !== undefined || identity !== undefined;
  if (keyless === (publicKey !== undefined)) throw new VerifyPolicyError(undefined, ONE_OF);
  if (publicKey === undefined) return toKeyless(issuer, identity);
  if (trustedRoot !== undefined) {
    const reason = "is used with issuer and identity only; a public key needs none, so remove it";
    throw new VerifyPolicyError("trustedRoot", reason);
  }
  return { kind: "key", key: readPublicKey(publicKey) };
}

function toKeyless(issuer = "", identity = ""): VerifyPolicy {
  if (issuer === "") {
    const reason =
      'is missing; it names who vouched for the signer, for example "https://token.actions.githubusercontent.com"';
    throw new VerifyPolicyError("issuer", reason);
  }
  if (identity === "") {
    const reason = String.raw`is missing; it is the pattern of the signer's identity, for example "^https://github\.com/controlplaneio-fluxcd/.*$"`;
    throw new VerifyPolicyError("identity", reason);
  }
  try {
    return { kind: "keyless", issuer, identity, matches: parseRegex(identity) };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    // The part that quotes it is left out, as it may be a secret.
    const [why = ""] = error.message.split(": `", 1);
    const reason = `is no regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax): ${why}`;
    throw new VerifyPolicyError("identity", reason);
  }
}

/** The kinds of keys that cosign signs with, as Node.js names them. */
const KEY_TYPES = ["ec", "ed25519", "rsa"];

const PUBLIC_KEY =
  /^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----[^-]*-----END (?:RSA )?PUBLIC KEY-----\s*$/;

function readPublicKey(pem: string): KeyObject {
  const wrong = (what: string) =>
    new VerifyPolicyError("publicKey", `${what}; pass the content of cosign.pub`);
  // Node.js would make a public key of a private one, which has no place here.
  if (pem.includes("PRIVATE KEY")) throw wrong("is a private key");
  if (!PUBLIC_KEY.test(pem)) throw wrong("is no public key in PEM");
  const key = readKey(pem);
  if (key === undefined) throw wrong("is a public key in PEM that can't be read");
  const { asymmetricKeyType: type = "unknown" } = key;
  if (KEY_TYPES.includes(type)) return key;
  throw wrong(`is a key of the type "${type}", with which cosign does not sign`);
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

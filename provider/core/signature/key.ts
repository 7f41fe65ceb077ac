import { verify, type KeyObject } from "node:crypto";
import { SignatureError } from "./error";

/** The hashes that cosign signs with; larger curves may go with SHA-256 as well as with their own hash. */
const HASHES: Readonly<Record<string, readonly string[]>> = {
  secp384r1: ["sha256", "sha384"],
  secp521r1: ["sha256", "sha512"],
};

/**
 * Checks a signature by a key. No transparency log is looked at: the key alone tells who signed.
 *
 * @throws SignatureError
 */
export function requireKeySignature(data: Buffer, signature: Buffer, key: KeyObject): void {
  if (!hashesOf(key).some((hash) => isSigned(hash, data, signature, key))) {
    throw new SignatureError("is not made with the public key");
  }
}

function hashesOf(key: KeyObject): readonly (string | null)[] {
  if (key.asymmetricKeyType === "ed25519") return [null];
  return HASHES[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? ["sha256"];
}

function isSigned(hash: string | null, data: Buffer, signature: Buffer, key: KeyObject): boolean {
  try {
    return verify(hash, data, key, signature);
  } catch {
    return false;
  }
}

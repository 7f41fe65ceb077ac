import { X509Certificate } from "node:crypto";
import { BUNDLE_V01_MEDIA_TYPE, bundleFromJSON, type Bundle } from "@sigstore/bundle";
import { isObject, type Json, type JsonObject } from "../manifest";
import { digestOf, hexOf, type Digest } from "../oci/digest";
import type { Trusted } from "./bundle";
import { SignatureError } from "./error";
import { requireKeySignature } from "./key";
import { requireKeyless } from "./keyless";
import { requireSimpleSigning } from "./subject";

/** Where the signature of a payload is. Intermediate certificates are taken from the trusted root alone. */
const SIGNATURE = "dev.cosignproject.cosign/signature";
const CERTIFICATE = "dev.sigstore.cosign/certificate";
const LOG_ENTRY = "dev.sigstore.cosign/bundle";

/** What lies behind the tag `sha256-<hex>.sig`: a payload, and its signature in the annotations of the layer. */
export interface SimpleSigning {
  readonly payload: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Checks that a payload of the older form is a signature of the manifest with this digest by the policy.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 *
 * @throws SignatureError
 */
export function requireSimple(simple: SimpleSigning, digest: Digest, trusted: Trusted): void {
  const { payload, annotations } = simple;
  const signature = annotations[SIGNATURE] ?? "";
  if (signature === "") throw new SignatureError(`has no annotation ${SIGNATURE}`);
  if ("trust" in trusted) {
    requireKeyless(toBundle(simple, signature), trusted.policy, trusted.trust, payload);
  } else {
    requireKeySignature(payload, Buffer.from(signature, "base64"), trusted.policy.key);
  }
  requireSimpleSigning(payload, digest);
}

/** The same signature as a bundle, so that one verifier does for both. */
function toBundle({ payload, annotations }: SimpleSigning, signature: string): Bundle {
  const pem = annotations[CERTIFICATE];
  if (pem === undefined) throw new SignatureError("is made with a key, not by an identity");
  const entry = annotations[LOG_ENTRY];
  if (entry === undefined) throw new SignatureError("has no entry of a transparency log");
  const digest = Buffer.from(hexOf(digestOf(payload)), "hex").toString("base64");
  try {
    return bundleFromJSON({
      mediaType: BUNDLE_V01_MEDIA_TYPE,
      messageSignature: { messageDigest: { algorithm: "SHA2_256", digest }, signature },
      verificationMaterial: {
        x509CertificateChain: { certificates: [{ rawBytes: toDer(pem) }] },
        tlogEntries: [toLogEntry(readObject(entry))],
      },
    });
  } catch (cause) {
    throw new SignatureError("has a certificate or an entry of a log that can't be read", {
      cause,
    });
  }
}

function toDer(pem: string): string {
  return new X509Certificate(pem).raw.toString("base64");
}

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#properties */
function toLogEntry({ SignedEntryTimestamp, Payload }: JsonObject): object {
  const { body, integratedTime, logIndex, logID } = isObject(Payload) ? Payload : {};
  return {
    canonicalizedBody: body,
    integratedTime: plain(integratedTime),
    logIndex: plain(logIndex),
    logId: { keyId: Buffer.from(plain(logID), "hex").toString("base64") },
    kindVersion: { kind: "hashedrekord", version: "0.0.1" },
    inclusionPromise: { signedEntryTimestamp: SignedEntryTimestamp },
  };
}

function plain(value: Json | undefined): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error("no text and no number");
}

function readObject(json: string): JsonObject {
  const value: unknown = JSON.parse(json);
  return isObject(value) ? value : {};
}

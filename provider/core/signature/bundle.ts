import {
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  isBundleWithDsseEnvelope,
  ValidationError,
  type Bundle,
} from "@sigstore/bundle";
import type { TrustMaterial } from "@sigstore/verify";
import type { Digest } from "../oci/digest";
import { quote, SignatureError } from "./error";
import { requireKeySignature } from "./key";
import { requireKeyless } from "./keyless";
import type { VerifyPolicy } from "./policy";
import { requireStatement } from "./subject";

const VERSIONS = [
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
];

/** A policy, and for a keyless one the root of its trust. */
export type Trusted =
  | { readonly policy: Extract<VerifyPolicy, { kind: "key" }> }
  | { readonly policy: Extract<VerifyPolicy, { kind: "keyless" }>; readonly trust: TrustMaterial };

/**
 * Checks that a Sigstore bundle is a signature of the manifest with this digest by the policy.
 * https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
 *
 * @throws SignatureError
 */
export function requireBundle(content: Buffer, digest: Digest, trusted: Trusted): void {
  const bundle = readBundle(content);
  if (!isBundleWithDsseEnvelope(bundle)) throw new SignatureError("holds no statement");
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  if ("trust" in trusted) {
    requireKeyless(bundle, trusted.policy, trusted.trust);
  } else {
    const signature = signatures[0]?.sig ?? Buffer.alloc(0);
    requireKeySignature(preAuthEncoding(payloadType, payload), signature, trusted.policy.key);
  }
  requireStatement(payloadType, payload, digest);
}

function readBundle(content: Buffer): Bundle {
  const bundle = parseBundle(content);
  if (VERSIONS.includes(bundle.mediaType)) return bundle;
  throw new SignatureError(`is a bundle of the unknown version ${quote(bundle.mediaType)}`);
}

function parseBundle(content: Buffer): Bundle {
  try {
    return bundleFromJSON(JSON.parse(content.toString("utf8")));
  } catch (error) {
    const fields = error instanceof ValidationError ? `: wrong ${error.fields.join(", ")}` : "";
    throw new SignatureError(`is no Sigstore bundle${fields}`);
  }
}

/** What is signed of an envelope. https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function preAuthEncoding(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

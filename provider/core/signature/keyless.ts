import { isBundleWithDsseEnvelope, type Bundle } from "@sigstore/bundle";
import {
  toSignedEntity,
  VerificationError,
  Verifier,
  type SignedEntity,
  type Signer,
  type TrustMaterial,
} from "@sigstore/verify";
import { digestOf, hexOf } from "../oci/digest";
import { preAuthEncoding } from "./dsse";
import { quote, SignatureError } from "./error";
import type { VerifyPolicy } from "./policy";

/** As the reference: each of them at least once. The timestamp is that of the log, or of a timestamp authority. */
const THRESHOLDS = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 };

/** Where the names in a certificate are. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const OIDS = {
  issuer: ["1.3.6.1.4.1.57264.1.8", "1.3.6.1.4.1.57264.1.1"],
  identity: ["2.5.29.17"],
};

type Keyless = Extract<VerifyPolicy, { kind: "keyless" }>;

/**
 * Checks a signature by a certificate that lived for minutes: the certificate is by the trusted root, was valid when the
 * transparency log took the signature in, and names the signer.
 *
 * @param payload what is signed, where the bundle does not hold it
 * @throws SignatureError
 */
export function requireKeyless(
  bundle: Bundle,
  policy: Keyless,
  trust: TrustMaterial,
  payload?: Buffer,
): void {
  if (bundle.verificationMaterial.content.$case === "publicKey") {
    throw new SignatureError("is made with a key, not by an identity");
  }
  requireHarmless(bundle);
  requireIdentity(signerOf(bundle, trust, payload), policy);
}

/**
 * The verifier takes the name in a checkpoint for a regular expression, and a hostile one could make it run for ever.
 * A name has none of these characters: https://github.com/C2SP/C2SP/blob/main/signed-note.md
 */
function requireHarmless(bundle: Bundle): void {
  for (const { inclusionProof } of bundle.verificationMaterial.tlogEntries) {
    const names = inclusionProof?.checkpoint?.envelope.matchAll(/\u2014 (\S+) /g) ?? [];
    for (const [, name = ""] of names) {
      if (/[*+?|(){}[\]\\^$]/.test(name)) {
        throw new SignatureError(`names the log ${quote(name)}, which is no name`);
      }
    }
  }
}

function signerOf(bundle: Bundle, trust: TrustMaterial, payload: Buffer | undefined): Signer {
  try {
    return new Verifier(trust, THRESHOLDS).verify(toEntity(bundle, payload));
  } catch (error) {
    // Anything else is a part that can't be read, which only what is broken has.
    const { code, message } =
      error instanceof VerificationError
        ? error
        : { code: "BROKEN", message: error instanceof Error ? error.message : "" };
    throw new SignatureError(`${meaningOf(code)} (${quote(message)})`);
  }
}

/**
 * The first version of the log holds the digest of the payload of an envelope, which the verifier looks for; the second
 * one that of what is signed. https://github.com/sigstore/sigstore-go/blob/v1.2.2/pkg/verify/tlog.go
 */
function toEntity(bundle: Bundle, payload: Buffer | undefined): SignedEntity {
  const entity = toSignedEntity(bundle, payload);
  if (!isBundleWithDsseEnvelope(bundle)) return entity;
  const { payloadType, payload: content } = bundle.content.dsseEnvelope;
  const signed = Buffer.from(hexOf(digestOf(preAuthEncoding(payloadType, content))), "hex");
  const { signature } = entity;
  return {
    ...entity,
    signature: {
      signature: signature.signature,
      compareSignature: (other) => signature.compareSignature(other),
      compareDigest: (digest) => signature.compareDigest(digest) || signed.equals(digest),
      verifySignature: (key) => signature.verifySignature(key),
    },
  };
}

function meaningOf(code: string): string {
  if (code === "CERTIFICATE_ERROR") {
    return "has a certificate that is not by the trusted root, or was not valid when it was used";
  }
  if (code === "SIGNATURE_ERROR") return "does not fit to what is signed";
  if (code === "TIMESTAMP_ERROR") return "has no time that the trusted root vouches for";
  if (code.startsWith("TLOG")) return "is in no transparency log of the trusted root";
  return "can't be read";
}

/** The policy is not quoted: it may be a secret. */
function requireIdentity({ identity: found }: Signer, policy: Keyless): void {
  const issuer = nameIn(found, "issuer", found?.extensions?.issuer);
  const identity = nameIn(found, "identity", found?.subjectAlternativeName);
  const by = `is by ${quote(identity)} (issuer ${quote(issuer)})`;
  if (issuer !== policy.issuer) {
    throw new SignatureError(`${by}, which is not distribution.verify.issuer`);
  }
  if (!policy.matches(identity)) {
    throw new SignatureError(`${by}, which distribution.verify.identity does not match as a whole`);
  }
}

/** The verifier drops the highest bit of each byte of a name; one that is changed by that does not count. */
function nameIn(found: Signer["identity"], part: keyof typeof OIDS, name = ""): string {
  const isHere = (found?.oids ?? []).some(
    ({ oid, value }) =>
      OIDS[part].includes((oid?.id ?? []).join(".")) &&
      value.subarray(-name.length).equals(Buffer.from(name, "latin1")),
  );
  if (name !== "" && isHere) return name;
  throw new SignatureError(`has a certificate without ${part}`);
}

import { sign, type KeyObject } from "node:crypto";
import type { Digest } from "../../../provider/core/oci/digest";

/** https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export interface Envelope {
  payload: string;
  readonly payloadType: string;
  signatures: readonly [{ readonly sig: string }];
}

/** An entry of a transparency log in a bundle. */
export interface TestEntry {
  integratedTime?: string;
  inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: {
    treeSize: string;
    hashes: readonly string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
}

/** A bundle, which a test may damage. */
export interface TestBundle {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly publicKey?: { readonly hint: string };
    certificate?: { rawBytes: string };
    tlogEntries: readonly TestEntry[];
    readonly timestampVerificationData?: object;
  };
  readonly dsseEnvelope: Envelope;
}

const STATEMENT = "application/vnd.in-toto+json";

/** What cosign says of an image that it signs. */
export function statementOf(digest: Digest, changes: object = {}): object {
  const [algorithm, hex] = digest.split(":") as [string, string];
  return {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://sigstore.dev/cosign/sign/v1",
    subject: [{ digest: { [algorithm]: hex } }],
    predicate: {},
    ...changes,
  };
}

/** What cosign says in the older form. */
export function simpleSigningOf(digest: Digest, type = "cosign container image signature"): Buffer {
  const image = { "docker-manifest-digest": digest };
  const critical = { identity: { "docker-reference": "registry.test/a/b" }, image, type };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

export function envelopeOf(key: KeyObject, value: object, payloadType = STATEMENT): Envelope {
  const payload = Buffer.from(JSON.stringify(value));
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  const sig = signWith(key, Buffer.concat([Buffer.from(head), payload])).toString("base64");
  return { payload: payload.toString("base64"), payloadType, signatures: [{ sig }] };
}

/** A bundle as `cosign sign --key` makes it, without a log. */
export function keyBundleOf(key: KeyObject, value: object, payloadType?: string): TestBundle {
  return {
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "any" }, tlogEntries: [] },
    dsseEnvelope: envelopeOf(key, value, payloadType),
  };
}

/** The annotations of a signature in the older form by a key. */
export function keyAnnotationsOf(
  key: KeyObject,
  payload: Buffer,
): Readonly<Record<string, string>> {
  return { "dev.cosignproject.cosign/signature": signWith(key, payload).toString("base64") };
}

function signWith(key: KeyObject, data: Buffer): Buffer {
  return sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", data, key);
}

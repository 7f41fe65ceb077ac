import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from "@sigstore/mock";
import { envelopeOf, type TestBundle } from "./envelope";
import { logEnvelope, logSimple, toPem } from "./log";

/** Who signs, as the certificate shall say it. */
export interface Signer {
  readonly identity: string;
  readonly issuer: string;
}

interface Wishes {
  /** When certificates are issued; they are valid for ten minutes. */
  readonly issued?: Date;
  /** With a certificate log; one is needed. */
  readonly ctLog?: boolean;
}

/** A Sigstore instance in memory, of the mocks of the Sigstore project, which sign for real. */
export interface TestSigstore {
  readonly trustedRoot: string;
  /** A bundle of the version 0.3; in the form 2 its time is by a timestamp authority. */
  bundle(signer: Signer, payload: object, form?: 1 | 2): Promise<TestBundle>;
  /** The annotations of a signature in the older form. */
  annotations(signer: Signer, payload: Buffer): Promise<Readonly<Record<string, string>>>;
}

const LOG = "https://rekor.test";

export async function startSigstore({ issued, ctLog = true }: Wishes = {}): Promise<TestSigstore> {
  const keys = { ca: newKey("P-384"), ct: newKey(), log: newKey(), tsa: newKey("P-384") };
  const certificateLog = await initializeCTLog(keys.ct, issued);
  const ca = await initializeCA(keys.ca, ctLog ? certificateLog : undefined, issued);
  const log = await initializeTLog(LOG, keys.log);
  const tsa = await initializeTSA(keys.tsa, inAMinute());

  const certify = async ({ identity, issuer }: Signer) => {
    const { privateKey, publicKey } = newKey();
    const certificate = await ca.issueCertificate({
      publicKey: spki(publicKey),
      subjectAltName: identity,
      extensions: [
        { oid: "1.3.6.1.4.1.57264.1.1", value: issuer, legacy: true },
        { oid: "1.3.6.1.4.1.57264.1.8", value: issuer },
      ],
    });
    return { privateKey, certificate: base64(certificate) };
  };
  const timestamps = async (signature: string) => {
    const signedTimestamp = await tsa.timestamp({
      artifactHash: createHash("sha256").update(Buffer.from(signature, "base64")).digest(),
      hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
      nonce: 1,
      policyOID: "1.2.3.4",
    });
    return { rfc3161Timestamps: [{ signedTimestamp: base64(signedTimestamp) }] };
  };

  return {
    trustedRoot: JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logAuthority(LOG, keys.log.publicKey)],
      ctlogs: [logAuthority("https://ctlog.test", keys.ct.publicKey)],
      certificateAuthorities: [certAuthority([ca.rootCertificate])],
      timestampAuthorities: [certAuthority([tsa.intCertificate, tsa.rootCertificate])],
    }),

    bundle: async (signer, payload, form = 1) => {
      const { privateKey, certificate } = await certify(signer);
      const envelope = envelopeOf(privateKey, payload);
      return {
        mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        verificationMaterial: {
          certificate: { rawBytes: certificate },
          tlogEntries: [await logEnvelope(log, envelope, certificate, form)],
          ...(form === 1
            ? {}
            : { timestampVerificationData: await timestamps(envelope.signatures[0].sig) }),
        },
        dsseEnvelope: envelope,
      };
    },

    annotations: async (signer, payload) => {
      const { privateKey, certificate } = await certify(signer);
      const signature = sign("sha256", payload, privateKey).toString("base64");
      return {
        "dev.cosignproject.cosign/signature": signature,
        "dev.sigstore.cosign/certificate": toPem(certificate),
        "dev.sigstore.cosign/bundle": await logSimple(log, payload, signature, certificate),
      };
    },
  };
}

/** In whole seconds, as the encoder of the mock writes fractions that RFC 3161 has otherwise. */
function inAMinute(): Date {
  return new Date((Math.floor(Date.now() / 1000) + 60) * 1000);
}

function newKey(namedCurve = "P-256") {
  return generateKeyPairSync("ec", { namedCurve });
}

function spki(key: KeyObject) {
  return Buffer.from(key.export({ type: "spki", format: "der" }));
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

const ALWAYS = { start: "2020-01-01T00:00:00Z" };

function logAuthority(baseUrl: string, key: KeyObject): object {
  const keyId = createHash("sha256").update(spki(key)).digest("base64");
  const keyDetails = "PKIX_ECDSA_P256_SHA_256";
  const publicKey = { rawBytes: spki(key).toString("base64"), keyDetails, validFor: ALWAYS };
  return { baseUrl, hashAlgorithm: "SHA2_256", publicKey, logId: { keyId } };
}

function certAuthority(certificates: readonly ArrayBufferView<ArrayBuffer>[]): object {
  const chain = certificates.map((certificate) => ({ rawBytes: base64(certificate) }));
  return { uri: "https://ca.test", certChain: { certificates: chain }, validFor: ALWAYS };
}

import { createHash } from "node:crypto";
import type { initializeTLog } from "@sigstore/mock";
import { preAuthEncoding, type Envelope, type TestEntry } from "./envelope";

type Log = Awaited<ReturnType<typeof initializeTLog>>;

/** What the log answers; its types are in a package that the mock does not bring. */
interface Answer {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: { readonly checkpoint: string; readonly rootHash: string };
    readonly signedEntryTimestamp: string;
  };
}

/** Puts an envelope into the log and returns the entry as a bundle holds it; in the form 2 it tells no time. */
export async function logEnvelope(
  log: Log,
  envelope: Envelope,
  certificate: string,
  form: 1 | 2,
): Promise<TestEntry> {
  const body = form === 1 ? firstBody(envelope, certificate) : secondBody(envelope, certificate);
  const answer = await putInto(log, body);
  const entry = { ...toEntry(answer), kindVersion: { kind: body.kind, version: body.apiVersion } };
  if (form === 2) return entry;
  const { integratedTime, verification } = answer;
  return {
    ...entry,
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
  };
}

// What Rekor makes of an envelope; the mock stores what it is given.

function firstBody(envelope: Envelope, certificate: string) {
  const [{ sig }] = envelope.signatures;
  const payload = Buffer.from(envelope.payload, "base64");
  const spec = {
    payloadHash: { algorithm: "sha256", value: hashOf(payload) },
    envelopeHash: { algorithm: "sha256", value: hashOf(JSON.stringify(envelope)) },
    signatures: [{ signature: sig, verifier: toPublicKey(certificate) }],
  };
  return { apiVersion: "0.0.1", kind: "dsse", spec };
}

function secondBody(envelope: Envelope, certificate: string) {
  const [{ sig }] = envelope.signatures;
  const payload = Buffer.from(envelope.payload, "base64");
  const digest = hexToBase64(hashOf(preAuthEncoding(envelope.payloadType, payload)));
  const keyDetails = "PKIX_ECDSA_P256_SHA_256";
  const verifier = { keyDetails, x509Certificate: { rawBytes: certificate } };
  const data = { algorithm: "SHA2_256", digest };
  const spec = { hashedRekordV002: { data, signature: { content: sig, verifier } } };
  return { apiVersion: "0.0.2", kind: "hashedrekord", spec };
}

/** The annotation with which the older form shows that a signature is in the log. */
export async function logSimple(
  log: Log,
  payload: Buffer,
  signature: string,
  certificate: string,
): Promise<string> {
  const publicKey = { content: toPublicKey(certificate) };
  const hash = { algorithm: "sha256", value: hashOf(payload) };
  const spec = { signature: { content: signature, publicKey }, data: { hash } };
  const answer = await putInto(log, { apiVersion: "0.0.1", kind: "hashedrekord", spec });
  const { body, integratedTime, logIndex, logID, verification } = answer;
  const Payload = { body, integratedTime, logIndex, logID };
  return JSON.stringify({ SignedEntryTimestamp: verification.signedEntryTimestamp, Payload });
}

async function putInto(log: Log, entry: object): Promise<Answer> {
  const [answer] = Object.values((await log.log(entry)) as Readonly<Record<string, Answer>>);
  if (answer === undefined) throw new Error("the log has no answer");
  return answer;
}

function toEntry({ body, logID, logIndex, verification }: Answer) {
  const { checkpoint, rootHash } = verification.inclusionProof;
  return {
    logIndex: String(logIndex),
    logId: { keyId: hexToBase64(logID) },
    inclusionProof: {
      logIndex: "0",
      rootHash: hexToBase64(rootHash),
      treeSize: "1",
      hashes: [],
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body,
  };
}

/** A certificate in base64 as PEM in base64: what the log calls a public key. */
function toPublicKey(certificate: string): string {
  return Buffer.from(toPem(certificate)).toString("base64");
}

export function toPem(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`;
}

function hashOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function hexToBase64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

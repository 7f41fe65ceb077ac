import { createHash } from "node:crypto";
import type { initializeTLog } from "@sigstore/mock";
import type { Envelope, TestEntry } from "./envelope";

type Log = Awaited<ReturnType<typeof initializeTLog>>;

const KEY = { keyDetails: "PKIX_ECDSA_P256_SHA_256" };

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
  const [{ sig }] = envelope.signatures;
  const hash = hashOf(Buffer.from(envelope.payload, "base64"));
  // What Rekor makes of an envelope; the mock stores what it is given.
  const spec =
    form === 1
      ? {
          payloadHash: { algorithm: "sha256", value: hash },
          envelopeHash: { algorithm: "sha256", value: hashOf(JSON.stringify(envelope)) },
          signatures: [{ signature: sig, verifier: toPublicKey(certificate) }],
        }
      : {
          dsseV002: {
            payloadHash: { algorithm: "SHA2_256", digest: hexToBase64(hash) },
            signatures: [
              { content: sig, verifier: { ...KEY, x509Certificate: { rawBytes: certificate } } },
            ],
          },
        };
  const version = form === 1 ? "0.0.1" : "0.0.2";
  const answer = await putInto(log, { apiVersion: version, kind: "dsse", spec });
  const entry = { ...toEntry(answer), kindVersion: { kind: "dsse", version } };
  if (form === 2) return entry;
  const { integratedTime, verification } = answer;
  return {
    ...entry,
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
  };
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

import { createPublicKey, X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong with certificates in PEM, if anything; nothing of the text is quoted. */
export function certificateProblem(text: string): string | undefined {
  const found = text.match(CERTIFICATE) ?? [];
  const remedy = 'give the content of the file, from "-----BEGIN CERTIFICATE-----" on';
  if (found.length === 0) return `holds no certificate in PEM; ${remedy}`;
  const broken = found.findIndex((pem) => !parses(() => new X509Certificate(pem)));
  if (broken < 0) return undefined;
  return `can't be read as a certificate in PEM (the ${broken + 1}. of ${found.length}); ${remedy}`;
}

/** What is wrong with a public key in PEM, if anything. */
export function publicKeyProblem(text: string): string | undefined {
  const isPublic = text.includes("-----BEGIN PUBLIC KEY-----");
  if (isPublic && parses(() => createPublicKey(text))) return undefined;
  return 'is no public key in PEM; give the content of cosign.pub, from "-----BEGIN PUBLIC KEY-----" on';
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong with certificates in PEM, if anything; nothing of the text is quoted. */
export function certificateProblem(text: string): string | undefined {
  const found = text.match(CERTIFICATE) ?? [];
  const remedy = 'give the content of the file, from "-----BEGIN CERTIFICATE-----" on';
  if (found.length === 0) return `holds no certificate in PEM; ${remedy}`;
  const broken = found.findIndex((pem) => !isCertificate(pem));
  if (broken < 0) return undefined;
  return `can't be read as a certificate in PEM (the ${broken + 1}. of ${found.length}); ${remedy}`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

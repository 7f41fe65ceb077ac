import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key and its self-signed certificate for 127.0.0.1, registry.test and git.test, in PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a key pair; skips the suite where there is no openssl. */
export function makeKeyPair(context: Mocha.Context): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-key-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = [
    "-subj",
    "/CN=127.0.0.1",
    "-addext",
    "subjectAltName=IP:127.0.0.1,DNS:registry.test,DNS:git.test",
  ];
  try {
    const files = ["-keyout", key, "-out", cert];
    const how = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
    execFileSync("openssl", [...how, ...files, ...subject], { stdio: "pipe" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } catch (error) {
    console.warn(`Skipped: openssl can't make a certificate: ${String(error)}`);
    return context.skip();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { stringify } from "yaml";
import { filesIn } from "./commands";

/** How the administrator reaches the API server. */
export interface Access {
  readonly server: string;
  readonly token: string;
  readonly authorityFile: string;
}

/** Writes the administrator's token and the key pair that signs service account tokens. */
export function writeCredentials(folder: string): { readonly token: string } {
  const files = filesIn(folder);
  const token = randomBytes(24).toString("hex");
  write(files.tokens, `${token},admin,admin,"system:masters"\n`);
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  write(files.serviceAccountKey, privateKey);
  write(files.serviceAccountPublicKey, publicKey);
  return { token };
}

/** Writes the kubeconfig, with everything in it, and returns its content. */
export function writeKubeconfig(folder: string, { server, token, authorityFile }: Access): string {
  const name = "flux-instance";
  const authority = readFileSync(authorityFile).toString("base64");
  const content = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name, context: { cluster: name, user: "admin" } }],
    "current-context": name,
  });
  write(filesIn(folder).kubeconfig, content);
  return content;
}

const write = (file: string, content: string): void => {
  writeFileSync(file, content, { mode: 0o600 });
};

/** An answer of the API server; code 0 stands for no answer. */
export interface Answer {
  readonly code: number;
  readonly text: string;
}

/** Asks the API server; with a body it is a POST unless another method is named. */
export async function ask(
  access: Access,
  path: string,
  body?: object,
  method = body === undefined ? "GET" : "POST",
): Promise<Answer> {
  if (!existsSync(access.authorityFile)) return { code: 0, text: "" };
  return await new Promise((resolve) => {
    const fail = (): void => {
      resolve({ code: 0, text: "" });
    };
    const call = request(
      new URL(path, access.server),
      {
        method,
        ca: readFileSync(access.authorityFile),
        agent: false,
        timeout: 5_000,
        headers: { authorization: `Bearer ${access.token}`, "content-type": "application/json" },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      },
    );
    call.on("error", fail);
    call.on("timeout", () => call.destroy());
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

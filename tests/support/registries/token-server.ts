import { createSign, randomUUID } from "node:crypto";
import type { KeyPair } from "./certificate";
import { USER } from "./registry-with-login";
import { serve, type Seen, type TestServer } from "./server";

export const REFRESH_TOKEN = "refresh-me";

/**
 * A token server as registries have it: without a login it allows to pull from `public/`, with name and password, or
 * with a refresh token, everything.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export async function startTokenServer(pair: KeyPair, service: string): Promise<TestServer> {
  return await serve((seen, response) => {
    const url = new URL(seen.path, "http://token");
    const asked = seen.method === "POST" ? new URLSearchParams(seen.body) : url.searchParams;
    const access = accessFor(asked.get("scope") ?? "", isKnown(seen, asked));
    const known = asked.get("service") === service;
    if (access === undefined || !known) {
      response.writeHead(401).end(JSON.stringify({ errors: [{ code: "DENIED" }] }));
      return;
    }
    response.end(JSON.stringify({ token: sign(pair, service, access) }));
  });
}

function isKnown({ method, authorization }: Seen, asked: URLSearchParams): boolean | undefined {
  if (method === "POST") {
    return (
      asked.get("grant_type") === "refresh_token" && asked.get("refresh_token") === REFRESH_TOKEN
    );
  }
  if (authorization === undefined) return undefined;
  const login = Buffer.from(authorization.replace("Basic ", ""), "base64").toString();
  return login === `${USER.username}:${USER.password}`;
}

function accessFor(scope: string, known: boolean | undefined): object | undefined {
  const [type = "", name = "", actions = ""] = scope.split(":");
  const anonymous = known === undefined && name.startsWith("public/") && actions === "pull";
  if (known !== true && !anonymous) return undefined;
  return { type, name, actions: actions.split(",") };
}

/** A token that the registry accepts by the certificate in it. */
function sign({ key, cert }: KeyPair, audience: string, access: object): string {
  const now = Math.floor(Date.now() / 1000);
  const der = cert.replaceAll(/-----.*?-----|\s/g, "");
  const head = { typ: "JWT", alg: "RS256", x5c: [der] };
  const claims = {
    iss: "flux-instance-tests",
    sub: "",
    aud: audience,
    iat: now - 10,
    nbf: now - 10,
    exp: now + 300,
    jti: randomUUID(),
    access: [access],
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode(head)}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
}

import { isObject } from "../../core/manifest";
import type { Challenge } from "../../core/oci/challenge";
import type { Credential } from "../../core/oci/docker-config";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS } from "../../core/oci/limits";
import { isSafeTarget, isTrustedRealm } from "../../core/oci/origins";
import { printReference, type Repository } from "../../core/oci/reference";
import { failureOf } from "./failure";
import type { Answer, Http, Request } from "./http";
import { withRetries } from "./retry";

/** What is to be done in a repository, as a token names it. */
export type Actions = "pull" | "pull,push";

type BearerChallenge = Extract<Challenge, { scheme: "bearer" }>;

interface Asker {
  readonly http: Http;
  readonly registry: URL;
  readonly place: Repository;
}

/** Where the credential was looked for, for messages. */
interface Shown {
  readonly credential?: Credential;
  readonly source: string;
}

/**
 * The value of `Authorization` that answers a challenge; undefined where there is none.
 *
 * @throws ArtifactError when the token server refuses, or is not one to be shown the credential
 */
export async function answerChallenge(
  asker: Asker,
  challenge: Challenge,
  shown: Shown,
  actions: Actions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { credential } = shown;
  if (credential?.kind === "bearer") return `Bearer ${credential.token}`;
  if (challenge.scheme === "basic") {
    return credential?.kind === "basic" ? basic(credential) : undefined;
  }
  const where = printReference(asker.place);
  const realm = realmOf(asker, challenge, shown);
  const request = tokenRequest(
    asker.place,
    { ...challenge, realm: realm.href },
    credential,
    actions,
  );
  const answer = await withRetries(`${where} (its token server ${realm.host})`, signal, () =>
    asker.http.send(request, signal),
  );
  if (answer.status !== 200) throw failureOf(where, request, answer, shown.source);
  return `Bearer ${readToken(where, realm, answer)}`;
}

function basic({ username, password }: Extract<Credential, { kind: "basic" }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function realmOf({ registry, place }: Asker, { realm }: BearerChallenge, shown: Shown): URL {
  const where = printReference(place);
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const trusted = shown.credential === undefined ? isSafeTarget : isTrustedRealm;
  if (url !== undefined && trusted(registry, url)) return url;
  const name =
    url === undefined ? "a token server that is no URL" : `the token server ${url.origin}`;
  const reason = `the registry names ${name}, which is not its own; ${shown.source} was not sent there`;
  throw new ArtifactError("unsafe-realm", where, reason);
}

/**
 * A refresh token goes by POST, a name and password in a header by GET, and nothing for the anonymous.
 * https://distribution.github.io/distribution/spec/auth/token/ and …/auth/oauth/
 */
function tokenRequest(
  { repository }: Repository,
  { realm, service }: BearerChallenge,
  credential: Credential | undefined,
  actions: Actions,
): Request {
  const url = new URL(realm);
  const asked = {
    ...(service === undefined ? {} : { service }),
    scope: `repository:${repository}:${actions}`,
  };
  if (credential?.kind === "refresh") {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: credential.token,
      client_id: "flux-instance",
      ...asked,
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return {
      method: "POST",
      url,
      headers,
      body: Buffer.from(form.toString()),
      limit: LIMITS.answer,
    };
  }
  for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
  const headers = credential?.kind === "basic" ? { authorization: basic(credential) } : {};
  return { method: "GET", url, headers: { ...headers }, limit: LIMITS.answer };
}

function readToken(where: string, realm: URL, { body }: Answer): string {
  const value = parse(body);
  const token = isObject(value) ? (value["token"] ?? value["access_token"]) : undefined;
  // Only what fits into a header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  if (typeof token === "string" && /^[\w.~+/-]+=*$/.test(token)) return token;
  const reason = `its token server ${realm.host} answered without a token`;
  throw new ArtifactError("refused", where, reason);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

import { isObject } from "../../core/manifest";
import { ArtifactError, type ArtifactErrorCode } from "../../core/oci/error";
import type { Answer, Request } from "./http";

/**
 * The error for an answer that is not what was asked for.
 *
 * @param source the credential that was shown, in words
 */
export function failureOf(
  where: string,
  { method, url }: Pick<Request, "method" | "url">,
  answer: Answer,
  source: string,
): ArtifactError {
  const { status } = answer;
  // A refresh token goes by POST too, but to a token server.
  const writes = (method === "POST" || method === "PUT") && url.pathname.startsWith("/v2/");
  const [code, remedy] = meaningOf(answer, source, writes);
  const words = codesIn(answer.body);
  const said = words === "" ? "" : ` (${words})`;
  const reason = `${url.host} answered HTTP ${status}${said} to ${method} ${url.pathname}; ${remedy}`;
  return new ArtifactError(code, where, reason, { status });
}

function meaningOf(
  { status, headers }: Answer,
  source: string,
  writes: boolean,
): [ArtifactErrorCode, string] {
  if (status === 401 || status === 403) {
    const remedy = writes
      ? "log in with `docker login` as somebody who may write to the repository"
      : "log in with `docker login`, or pass a pull secret or credentials that may read the repository";
    return ["unauthorized", `it was shown ${source}; ${remedy}`];
  }
  if (status === 404 && writes) {
    return ["not-found", "check the repository; some registries want it created first"];
  }
  if (status === 404) return ["not-found", "check the repository, and the tag or digest"];
  if (status === 429) {
    const after = headers["retry-after"];
    const pause = after !== undefined && /^[\w:, ]{1,40}$/.test(after) ? ` (after ${after})` : "";
    return ["rate-limited", `try again later${pause}, or use a login or a mirror`];
  }
  if (status >= 500) return ["unavailable", "the registry has a problem; try again later"];
  return ["refused", "check that it is an OCI registry"];
}

/** The error codes in a body. Its texts are left out, as a hostile registry could return the credential in them. */
function codesIn(body: Buffer): string {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    const errors = isObject(value) ? value["errors"] : undefined;
    const codes = (Array.isArray(errors) ? errors : []).map((error: unknown) =>
      isObject(error) ? error["code"] : undefined,
    );
    return KNOWN_CODES.filter((code) => codes.includes(code)).join(", ");
  } catch {
    return "";
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const KNOWN_CODES = [
  "BLOB_UNKNOWN",
  "BLOB_UPLOAD_INVALID",
  "BLOB_UPLOAD_UNKNOWN",
  "DIGEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "MANIFEST_INVALID",
  "MANIFEST_UNKNOWN",
  "NAME_INVALID",
  "NAME_UNKNOWN",
  "SIZE_INVALID",
  "TAG_INVALID",
  "UNAUTHORIZED",
  "DENIED",
  "UNSUPPORTED",
  "TOOMANYREQUESTS",
];

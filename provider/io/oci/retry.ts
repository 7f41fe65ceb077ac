import { setTimeout as sleep } from "node:timers/promises";
import { ArtifactError } from "../../core/oci/error";
import type { Answer } from "./http";

const ATTEMPTS = 4;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 20_000;

/** Statuses that say "later": https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx and RFC 6585 §4. */
const PASSING_STATUSES = [429, 500, 502, 503, 504];

/** Errors of a connection that broke, as opposed to one that can't be had. */
const PASSING_ERRORS = [
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
];

/**
 * Repeats an attempt that failed for a passing reason, after growing pauses or as long as the server asks; the last
 * answer is returned as it is.
 *
 * @throws ArtifactError when there is no answer
 */
export async function withRetries(
  where: string,
  signal: AbortSignal,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  for (let number = 1; ; number += 1) {
    const outcome = await settle(where, signal, attempt);
    const pause = pauseAfter(outcome, number);
    if (pause !== undefined) {
      await wait(where, pause, signal);
    } else if (outcome instanceof Error) {
      throw outcome instanceof ArtifactError ? outcome : unreachable(where, outcome, number);
    } else {
      return outcome;
    }
  }
}

async function settle(
  where: string,
  signal: AbortSignal,
  attempt: () => Promise<Answer>,
): Promise<Answer | Error> {
  try {
    return await attempt();
  } catch (error) {
    if (signal.aborted) throw aborted(where, signal);
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** How long to wait before the next attempt; undefined where there shall be none. */
function pauseAfter(outcome: Answer | Error, number: number): number | undefined {
  if (number >= ATTEMPTS) return undefined;
  const random = FIRST_PAUSE * 2 ** (number - 1) * (0.5 + Math.random() / 2);
  if (outcome instanceof Error) {
    return PASSING_ERRORS.includes((outcome as NodeJS.ErrnoException).code ?? "")
      ? random
      : undefined;
  }
  if (!PASSING_STATUSES.includes(outcome.status)) return undefined;
  const asked = readRetryAfter(outcome.headers["retry-after"]);
  if (asked === undefined) return random;
  return asked > LONGEST_PAUSE ? undefined : asked;
}

/** Seconds or a date, as milliseconds from now. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

async function wait(where: string, pause: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(pause, undefined, { signal });
  } catch {
    throw aborted(where, signal);
  }
}

function unreachable(where: string, cause: Error, attempts: number): ArtifactError {
  const { code } = cause as NodeJS.ErrnoException;
  const what = cause.message === "" ? (code ?? cause.name) : cause.message;
  const times = attempts === 1 ? "" : ` (tried ${attempts} times)`;
  const reason = `the registry can't be reached: ${what}${times}; ${remedyFor(code ?? "")}`;
  return new ArtifactError("unreachable", where, reason, { cause });
}

/** https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** Of a handshake that is answered in plain text; the first is that of Node.js 20. */
const NO_TLS = ["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"];

function remedyFor(code: string): string {
  if (UNKNOWN_AUTHORITY.includes(code)) {
    return "give the certificate of its authority by distribution.caCertificate, or by NODE_EXTRA_CA_CERTS";
  }
  if (NO_TLS.includes(code)) {
    return "check that its port speaks HTTPS; distribution.insecure is for a registry without TLS";
  }
  return "check its name, the network, HTTPS_PROXY and NO_PROXY, and its certificate";
}

/** The error of a call that was ended from outside, or by its time limit. */
export function aborted(where: string, signal: AbortSignal): ArtifactError {
  const cause: unknown = signal.reason;
  if (cause instanceof Error && cause.name === "TimeoutError") {
    const reason = "the registry did not answer in time; try again, or check the network";
    return new ArtifactError("timeout", where, reason, { cause });
  }
  return new ArtifactError("cancelled", where, "cancelled", { cause });
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./http";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 4_000;
/** A failure inside the server, or of a webhook, mostly stays. */
const ATTEMPTS_AT_500 = 4;
/** A server that starts refuses everybody until it has read its roles. */
const REFUSALS_OF_A_STARTING_SERVER = 5_000;

/** Connections that broke or were not taken, as opposed to those that will never be. */
const PASSING_ERRORS = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** What is repeated, and for how long. */
export interface Patience {
  readonly signal: AbortSignal;
  /** In milliseconds from the first attempt. */
  readonly limit: number;
}

/** An answer, or why there is none. */
export type Outcome = Answer | Error;

/**
 * Repeats an attempt while the server is away, overloaded, or asks to come later; the last outcome is returned.
 *
 * @throws the signal's reason when it is aborted
 */
export async function withRetries(
  { signal, limit }: Patience,
  attempt: () => Promise<Answer>,
): Promise<Outcome> {
  const start = Date.now();
  let brokenAt: number | undefined;
  for (let number = 1; ; number += 1) {
    const outcome = await settle(attempt);
    signal.throwIfAborted();
    if (outcome instanceof Error) brokenAt = Date.now();
    const isStarting =
      brokenAt !== undefined && Date.now() - brokenAt < REFUSALS_OF_A_STARTING_SERVER;
    const pause = pauseAfter(outcome, number, isStarting);
    if (pause === undefined || Date.now() - start + pause > limit) return outcome;
    await sleep(pause, undefined, { signal });
  }
}

async function settle(attempt: () => Promise<Answer>): Promise<Outcome> {
  try {
    return await attempt();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function pauseAfter(outcome: Outcome, number: number, isStarting: boolean): number | undefined {
  const grown = Math.min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE);
  const random = grown * (0.5 + Math.random() / 2);
  if (outcome instanceof Error) return isPassing(outcome) ? random : undefined;
  const { status, headers } = outcome;
  if (status === 401 || status === 403) return isStarting ? random : undefined;
  if (status === 500 && number >= ATTEMPTS_AT_500) return undefined;
  if (status !== 429 && status < 500) return undefined;
  const asked = headers["retry-after"];
  return asked !== undefined && /^\d{1,6}$/.test(asked) ? Number(asked) * 1000 + random : random;
}

/** A name with several addresses fails with one error for each. */
function isPassing(error: Error): boolean {
  const codes =
    error instanceof AggregateError ? (error.errors as readonly unknown[]).map(codeOf) : [];
  return [codeOf(error), ...codes].some((code) => PASSING_ERRORS.has(code));
}

/** The code of an error of Node; empty where it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

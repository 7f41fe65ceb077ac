import { setTimeout as sleep } from "node:timers/promises";
import { isClusterError, type ClusterErrorCode } from "./error";

const ATTEMPTS = 6;
const PAUSE = 100;

/**
 * Repeats reading and writing an object that somebody else changes at the same time.
 *
 * @param attempt reads the object anew
 * @param codes the errors that mean so; a conflict by default
 * @throws ClusterError
 */
export async function retryConflicts<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  codes: readonly ClusterErrorCode[] = ["conflict"],
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (number >= ATTEMPTS || signal.aborted || !isClusterError(error, ...codes)) throw error;
    }
    await pause(PAUSE * number * (0.5 + Math.random() / 2), signal);
  }
}

/** Ends early when it is aborted, which the next request then tells. */
async function pause(time: number, signal: AbortSignal): Promise<void> {
  await Promise.allSettled([sleep(time, undefined, { signal })]);
}

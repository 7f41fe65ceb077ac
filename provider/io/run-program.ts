import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** A program that gives credentials. */
export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads on standard input. Default: nothing. */
  readonly input?: string;
}

/** How a program has ended. */
export interface Ended {
  /** Null where a signal has ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What a program is given. */
export interface ProgramLimits {
  /** In milliseconds. */
  readonly time: number;
  /** What it may print on standard output, in characters. */
  readonly output: number;
}

/** For a login in a browser there has to be time. */
export const PROGRAM_LIMITS: ProgramLimits = { time: 5 * 60_000, output: 1024 * 1024 };

/** Whether a program was ended because of its limits; the message says which. */
export function isBeyondLimit(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof DOMException;
}

/** How much of its standard error is kept, in characters; a message names less. */
const KEPT_ERRORS = 4_000;
/** How long a program may take to end by itself, in milliseconds. */
const GRACE = 2_000;

/**
 * Runs a program to its end. One that takes too long, prints too much or is abandoned is ended with all that it has started.
 *
 * @throws Error ENOENT where there is no such program; TimeoutError; RangeError for too much output; the signal's reason as `cause`
 */
export async function runProgram(
  { command, args, env, input }: ProgramCall,
  signal: AbortSignal,
  limits = PROGRAM_LIMITS,
): Promise<Ended> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    // A group of its own, so that what it starts ends with it.
    const isGroup = process.platform !== "win32";
    const child = spawn(command, args, {
      ...(env === undefined ? {} : { env: { ...env } }),
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
      detached: isGroup,
    });
    const abandon = (reason: Error) => {
      end(child, isGroup);
      reject(reason);
    };
    const stop = () => {
      abandon(new Error("abandoned", { cause: signal.reason }));
    };
    const timer = setTimeout(() => {
      abandon(new DOMException(`takes longer than ${limits.time / 1000} s`, "TimeoutError"));
    }, limits.time);
    const output = textIn(child.stdout, limits.output, () => {
      abandon(new RangeError(`prints more than ${limits.output} characters`));
    });
    const errors = textIn(child.stderr, KEPT_ERRORS, () => undefined);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop, { once: true });
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code) => {
      settle();
      resolve({ code, output: output(), errors: errors() });
    });
    // A program that ends without reading closes its input; what it printed counts.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** Collects what a program prints, up to a limit. */
function textIn(stream: Readable | null, limit: number, exceeded: () => void): () => string {
  const parts: string[] = [];
  let length = 0;
  stream?.setEncoding("utf8").on("data", (part: string) => {
    if (length > limit) return;
    parts.push(part);
    length += part.length;
    if (length > limit) exceeded();
  });
  return () => parts.join("").slice(0, limit);
}

/** What the program has started may hold its pipes open, so they are closed on this side. This process waits until nothing of it is left. */
function end(child: ChildProcess, isGroup: boolean): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  const isLeft = sendTo(child, isGroup, "SIGTERM");
  if (!isLeft) return;
  const kill = setTimeout(() => sendTo(child, isGroup, "SIGKILL"), GRACE);
  child.once("exit", () => {
    if (!isGroup || !sendTo(child, isGroup, 0)) clearTimeout(kill);
  });
}

/** Returns whether there was anybody to get the signal; 0 only asks. https://nodejs.org/api/process.html#processkillpid-signal */
function sendTo(child: ChildProcess, isGroup: boolean, signal: NodeJS.Signals | 0): boolean {
  const { pid } = child;
  if (!isGroup || pid === undefined) return child.kill(signal);
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

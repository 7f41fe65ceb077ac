import { spawn } from "node:child_process";

/** What a finished command said. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

interface Surroundings {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const keptOutput = 20_000;
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a command to its end; a missing command ends with code 127, as in a shell. */
export async function run(
  command: string,
  args: readonly string[],
  { folder, env = {} }: Surroundings = {},
): Promise<Outcome> {
  // An own process group, so that the grandchildren of `go build` end with it.
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const release = endWithThisProcess(child.pid);
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  try {
    const code = await new Promise<number>((resolve) => {
      child.on("error", () => {
        resolve(127);
      });
      child.on("close", (exitCode) => {
        resolve(exitCode ?? 1);
      });
    });
    return { code, output };
  } finally {
    release();
  }
}

/** Passes the end of this process on to a process group; the result takes that back. */
function endWithThisProcess(group: number | undefined): () => void {
  if (group === undefined) return () => undefined;
  const end = (signal: NodeJS.Signals): void => {
    release();
    process.kill(-group, "SIGTERM");
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of endingSignals) process.off(signal, end);
  };
  for (const signal of endingSignals) process.once(signal, end);
  return release;
}

/** The last lines of an output, on one line: where a command says why it failed. */
export function lastLines(output: string, count = 3): string {
  return output.trim().split("\n").slice(-count).join(" | ");
}

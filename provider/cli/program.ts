import { BrokenRelease } from "../core/distribution/parse";
import { InvalidInput, printProblem } from "../core/problem";
import { UsageError, type Given, type Outcome } from "./verb";
import { VERBS } from "./verbs";

/** What the process prints and how it ends. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit codes: 1 for input that can't be used, 2 for arguments that can't. */
const INVALID_INPUT = 1;
const INVALID_USAGE = 2;

const USAGE = [
  "flux-instance: FluxInstance manifests without a cluster",
  "",
  "Usage:",
  "  flux-instance VERB [OPTIONS]",
  "",
  "Verbs:",
  ...VERBS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
  "",
  "Options:",
  "  -h, --help      Print this, or with a verb how to use that",
  "      --version   Print the version",
  "",
].join("\n");

/**
 * The whole program but for the process. Standard output stays empty when something fails.
 *
 * @param argv the arguments after the program's name
 */
export async function program(
  argv: readonly string[],
  given: Given,
  version: string,
): Promise<Result> {
  const [word, ...args] = argv;
  if (word === undefined) return { code: INVALID_USAGE, stdout: "", stderr: USAGE };
  if (word === "--help" || word === "-h") return { code: 0, stdout: USAGE, stderr: "" };
  if (word === "--version") return { code: 0, stdout: `${version}\n`, stderr: "" };
  try {
    const { output, warnings, notes = [] } = await runVerb(word, args, given);
    const stderr = lines([...notes, ...warnings.map((it) => `warning: ${it}`)]);
    return { code: 0, stdout: output, stderr };
  } catch (error) {
    return { stdout: "", ...explain(error, word) };
  }
}

async function runVerb(word: string, args: readonly string[], given: Given): Promise<Outcome> {
  const verb = VERBS.find(({ name }) => name === word);
  if (verb === undefined) {
    const known = VERBS.map(({ name }) => name).join(", ");
    throw new UsageError(`there is no verb ${JSON.stringify(word)}; known are ${known}`);
  }
  const run = await verb.load();
  return run(args, given);
}

function explain(error: unknown, word: string): Omit<Result, "stdout"> {
  if (error instanceof UsageError) {
    const hint = VERBS.some(({ name }) => name === word) ? ` ${word}` : "";
    const stderr = lines([error.message, `Run "flux-instance${hint} --help" for the usage.`]);
    return { code: INVALID_USAGE, stderr };
  }
  if (error instanceof InvalidInput) {
    return { code: INVALID_INPUT, stderr: lines(error.problems.map(printProblem)) };
  }
  if (error instanceof BrokenRelease) {
    return { code: INVALID_INPUT, stderr: lines([error.message]) };
  }
  throw error;
}

/** One line for each text: what a user's value brings of line ends and control characters is left out. */
function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text.replace(/\p{Cc}+/gu, " ").trimEnd()}\n`).join("");
}

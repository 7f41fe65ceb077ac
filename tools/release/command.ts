import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLines, run } from "../sources/command";

/** A command of a tool that a part needs has failed, or there is no such tool. */
export class CommandFailed extends Error {}

/**
 * Runs a command to its end.
 *
 * @throws CommandFailed with the last lines of its output
 */
export async function execute(
  command: string,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const { code, output } = await run(command, args, { folder });
  if (code === 127 && output === "") throw new CommandFailed(`${command} is not on PATH`);
  if (code !== 0) throw new CommandFailed(`${command} failed: ${lastLines(output, 5)}`);
  return output;
}

/** Gives a folder to work in, and removes it afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-release-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

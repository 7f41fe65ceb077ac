import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build, type BuiltFile } from "../../tools/build";

const ROOT = join(__dirname, "..", "..");
const BESIDE = ["bin", "distribution", "schema.json", "package.json", "PulumiPlugin.yaml"];

/** The program in a folder of its own. */
export interface Program {
  readonly folder: string;
  readonly files: readonly BuiltFile[];
}

/** Builds into a folder of its own, laid out as this package but without node_modules; `dist/` may be in use by others. */
export async function buildProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-cli-"));
  const files = await build(join(folder, "dist"));
  for (const name of BESIDE) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  return { folder, files };
}

export function removeProgram(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** How a process ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  // A program that does not read its input closes it.
  child.stdin.on("error", () => undefined).end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  return { code, stdout, stderr };
}

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildSync } from "esbuild";

const ROOT = join(__dirname, "..", "..");
const RINGS = ["core", "io", "cli"];
const BESIDE = ["distribution", "schema.json", "package.json", "node_modules"];

/** Compiles the program to a folder of its own, laid out as this package; `dist/` may be in use by others. */
export function buildProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-cli-"));
  const sources = RINGS.flatMap((ring) =>
    readdirSync(join(ROOT, "provider", ring), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(ROOT, "provider", ring, file)),
  );
  buildSync({
    entryPoints: sources,
    outdir: join(folder, "dist"),
    outbase: join(ROOT, "provider"),
    format: "cjs",
    platform: "node",
    logLevel: "error",
  });
  cpSync(join(ROOT, "bin"), join(folder, "bin"), { recursive: true });
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
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

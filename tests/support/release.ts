import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PARTS, release, sourceIn } from "../../tools/release";
import type { Made } from "../../tools/release/part";
import { lastLines, run } from "../../tools/sources/command";

export const source = sourceIn(join(__dirname, "..", ".."));

/** Parts of a release that are built for a suite. */
export interface BuiltParts {
  /** A folder that goes with the suite. */
  readonly folder: string;
  /** The folder of the release. */
  readonly out: string;
  /** The artifacts of a part, by their path; where it can't be built here, the test is skipped. */
  readonly files: (context: Mocha.Context, part: string) => readonly string[];
}

/** Builds parts of a release, by their names in tools/release.ts, for the surrounding `describe`. */
export function useParts(...names: readonly string[]): BuiltParts {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-release-test-"));
  const out = join(folder, "out");
  let built: ReadonlyMap<string, Made> = new Map();
  before(async function () {
    this.timeout(5 * 60_000);
    const wanted = Object.entries(PARTS).filter(([name]) => names.includes(name));
    built = await release(source, out, Object.fromEntries(wanted));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    out,
    files: (context, part) => {
      const made = built.get(part);
      assert.ok(made !== undefined, part);
      if ("files" in made) return made.files.map((file) => join(out, file));
      console.log(`      skipped: ${made.skipped}`);
      return context.skip();
    },
  };
}

/** Makes an empty folder in another one. */
export function emptyFolder(folder: string, name: string): string {
  const empty = join(folder, name);
  mkdirSync(empty);
  return empty;
}

/**
 * Runs a command.
 *
 * @returns its output
 * @throws AssertionError with the last lines of it, when the command fails
 */
export async function output(
  folder: string,
  env: Readonly<Record<string, string>>,
  ...[command = "", ...args]: readonly string[]
): Promise<string> {
  const ended = await run(command, args, { folder, env });
  assert.equal(ended.code, 0, lastLines(ended.output, 20));
  return ended.output;
}

import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is generated: the text by path, undefined where a file has to go. */
export type Generated = ReadonlyMap<string, string | undefined>;

/** What is done about stale files. */
export interface Handling {
  /** The folder of the project. */
  readonly root: string;
  /** Write nothing: stale files are an error. */
  readonly check: boolean;
  /** What regenerates them. */
  readonly command: string;
}

/** Prints the stale files, and writes them unless they are only checked; the exit code. */
export function settle(generated: Generated, { root, check, command }: Handling): number {
  for (const path of generated.keys()) console.log(`${check ? "stale" : "written"}: ${path}`);
  if (!check) {
    write(root, generated);
    return 0;
  }
  if (generated.size > 0) console.error(`Regenerate: ${command}`);
  return generated.size > 0 ? 1 : 0;
}

function write(root: string, generated: Generated): void {
  for (const [path, content] of generated) {
    const file = join(root, path);
    if (content === undefined) remove(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
}

/** Removes a file, and its folder with the last one. */
function remove(file: string): void {
  rmSync(file);
  if (readdirSync(dirname(file)).length === 0) rmdirSync(dirname(file));
}

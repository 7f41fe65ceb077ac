import { readFileSync } from "node:fs";
import { versionIn } from "./version";

/**
 * The version of a module in what the Go linker writes into every program: lines of "dep⇥MODULE⇥VERSION⇥HASH", or
 * "mod⇥…" for the module that the program was built in. https://pkg.go.dev/runtime/debug#BuildInfo
 */
export function moduleVersion(path: string, module: string): string | undefined {
  const program = readFileSync(path);
  const mark = `\t${module}\t`;
  const at = program.indexOf(mark);
  if (at < 0) return undefined;
  const start = at + mark.length;
  const [version = ""] = program.toString("latin1", start, start + 64).split(/[\t\n]/, 1);
  return versionIn(version);
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder with reference data beside the project; not part of it. */
export const SHARED = join(__dirname, "..", "..", "..", "shared");

/** Skips the running test, with a message, where the reference data is not there. */
export function needsShared(context: Mocha.Context, ...path: readonly string[]): string {
  const found = join(SHARED, ...path);
  if (existsSync(found)) return found;
  console.log(`      skipped: no reference data at ../shared/${path.join("/")}`);
  return context.skip();
}

/** A JSON file of the reference data. */
export function readShared(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(SHARED, ...path), "utf8"));
}

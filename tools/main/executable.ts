import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { sourceIn } from "../release";
import { buildExecutable } from "../release/executable";

/** Builds the plugin for this platform as one program with Node.js in it, into a folder. */
async function main([folder = "release"]: readonly string[]): Promise<void> {
  const { root, version } = sourceIn(join(__dirname, "..", ".."));
  const out = resolve(folder);
  mkdirSync(out, { recursive: true });
  console.log(await buildExecutable(root, version, out));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

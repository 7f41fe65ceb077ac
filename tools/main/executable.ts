import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { exitWith } from "../exit";
import { sourceIn } from "../release";
import { buildExecutable } from "../release/executable";

/** Builds the plugin for this platform as one program with Node.js in it, into a folder. */
async function main([folder = "release"]: readonly string[]): Promise<void> {
  const { root, version } = sourceIn(join(__dirname, "..", ".."));
  const out = resolve(folder);
  mkdirSync(out, { recursive: true });
  console.log(await buildExecutable(root, version, out));
}

exitWith(main(process.argv.slice(2)));

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exitWith } from "../exit";
import { PARTS, release, sourceIn } from "../release";
import type { Made } from "../release/part";
import { refusal } from "../release/refusal";

/**
 * `npm run release`: builds all that a release publishes into `release/`, or into the folder of `--out`. It publishes nothing
 * itself: with `--dry-run` it prints what would be published, and without, the release workflow goes on with the files.
 */
async function main(args: readonly string[]): Promise<number> {
  const options = { "dry-run": { type: "boolean" }, out: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const dryRun = values["dry-run"] === true;
  const root = join(__dirname, "..", "..");
  const source = sourceIn(root);
  const refused = dryRun ? undefined : refusal(source, process.env);
  if (refused !== undefined) throw new Error(refused);
  const out = resolve(values.out ?? join(root, "release"));
  const parts = await release(source, out, PARTS, tell);
  const missing = [...parts].filter(([, made]) => "skipped" in made).map(([name]) => name);
  console.log(`${dryRun ? "Nothing was published; " : ""}the files are in ${out}`);
  // A release has all parts; a dry run has those that can be built here.
  if (!dryRun && missing.length > 0) throw new Error(`not built: ${missing.join(", ")}`);
  return 0;
}

function tell(part: string, made: Made): void {
  if ("skipped" in made) {
    console.log(`${part}: skipped: ${made.skipped}`);
    return;
  }
  console.log(`${part}: ${made.publish}`);
  for (const file of made.files) console.log(`  ${file}`);
}

exitWith(main(process.argv.slice(2)));

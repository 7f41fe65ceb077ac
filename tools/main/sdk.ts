import { join } from "node:path";
import { parseArgs } from "node:util";
import { stale, write } from "../sdk";

/**
 * `npm run gen:sdk`: writes `sdk/`, and what package.names.json decides elsewhere. With `--owner OWNER/REPOSITORY` that is the
 * owner from then on; with `--check` nothing is written, and stale files are an error.
 */
async function main(args: readonly string[]): Promise<number> {
  const options = { owner: { type: "string" }, check: { type: "boolean" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const root = join(__dirname, "..", "..");
  const generated = await stale(root, values.owner);
  for (const path of generated.keys())
    console.log(`${values.check ? "stale" : "written"}: ${path}`);
  if (values.check !== true) {
    write(root, generated);
    return 0;
  }
  if (generated.size > 0) console.error("Regenerate: npm run gen:sdk");
  return generated.size > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);

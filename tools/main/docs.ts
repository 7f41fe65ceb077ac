import { join } from "node:path";
import { parseArgs } from "node:util";
import { stalePages, writePages } from "../docs";

/**
 * `npm run gen:docs`: writes the pages of the resources, and the programs in the other pages of `docs/`. With `--check`
 * nothing is written, and stale pages are an error.
 */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: "boolean" } } });
  const root = join(__dirname, "..", "..");
  const pages = await stalePages(root);
  for (const path of pages.keys()) console.log(`${values.check ? "stale" : "written"}: ${path}`);
  if (values.check !== true) {
    writePages(root, pages);
    return 0;
  }
  if (pages.size > 0) console.error("Regenerate: npm run gen:docs");
  return pages.size > 0 ? 1 : 0;
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

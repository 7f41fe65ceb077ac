import { join } from "node:path";
import { parseArgs } from "node:util";
import { stalePages } from "../docs";
import { exitWith } from "../exit";
import { settle } from "../generated";

/**
 * `npm run gen:docs`: writes the pages of the resources, and the programs in the other pages of `docs/`. With `--check`
 * nothing is written, and stale pages are an error.
 */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: "boolean" } } });
  const root = join(__dirname, "..", "..");
  const check = values.check === true;
  return settle(await stalePages(root), { root, check, command: "npm run gen:docs" });
}

exitWith(main(process.argv.slice(2)));

import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitWith } from "../exit";
import { settle } from "../generated";
import { stale } from "../sdk";

/**
 * `npm run gen:sdk`: writes `sdk/`, and what package.names.json decides elsewhere. With `--owner OWNER/REPOSITORY` that is the
 * owner from then on; with `--check` nothing is written, and stale files are an error.
 */
async function main(args: readonly string[]): Promise<number> {
  const options = { owner: { type: "string" }, check: { type: "boolean" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const root = join(__dirname, "..", "..");
  const check = values.check === true;
  return settle(await stale(root, values.owner), { root, check, command: "npm run gen:sdk" });
}

exitWith(main(process.argv.slice(2)));

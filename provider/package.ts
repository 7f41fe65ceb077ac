import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The folder of this package: `package.json`, `schema.json` and `distribution/` lie in it. The sources (`provider/`)
 * and what is built of them (`dist/`, without folders) lie right below it, so only this file may ask where it is.
 */
export const PACKAGE = join(__dirname, "..");

/** The version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

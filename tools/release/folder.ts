import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Entry } from "./archive";

/**
 * The files of a folder, by their path, as entries of an archive.
 *
 * @param under the folder that they have in the archive, with a slash at its end
 */
export function entriesOf(folder: string, under = ""): readonly Entry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: under + relative(folder, file).replaceAll("\\", "/"),
      content: readFileSync(file),
    }));
}

/** Some files of a folder. */
export function filesOf(folder: string, names: readonly string[], under = ""): readonly Entry[] {
  return names.map((name) => ({ path: under + name, content: readFileSync(join(folder, name)) }));
}

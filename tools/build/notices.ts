import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const LICENCE_FILE = /^(?:licen[cs]e|notice|copying)/i;
const RULE = `\n${"-".repeat(80)}\n`;

/**
 * Names and licences of the packages that are part of a build, with the texts as they come with each package.
 *
 * @param sources the files of the build, relative to the root
 */
export function noticesOf(root: string, sources: Iterable<string>): string {
  const folders = new Set([...sources].flatMap(folderOf));
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  return ["The files in this folder hold code of these packages.\n", ...notices].join(RULE);
}

/** The folder of the package that a file is in; none for a file of this project. */
function folderOf(source: string): readonly string[] {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.slice(0, 1) ?? [];
}

function noticeOf(folder: string): string {
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const { name, version, license } = JSON.parse(text) as PackageManifest;
  if (license === undefined) throw new Error(`${name} names no licence`);
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version}: ${license}`, ...texts].join("\n\n") + "\n";
}

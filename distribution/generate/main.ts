import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settle } from "../../tools/generated";
import { releaseFiles } from "./files";
import { releases } from "./releases";

type Files = ReadonlyMap<string, string>;

const distribution = join(__dirname, "..");
const modules = join(distribution, "..", "tools", "go");

/** The committed files of all releases, by path below `distribution/`. */
function committed(): Files {
  const folders = readdirSync(distribution).filter((name) => /^v\d/.test(name));
  const paths = folders.flatMap((folder) =>
    readdirSync(join(distribution, folder)).map((name) => `${folder}/${name}`),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(distribution, path), "utf8")]));
}

/** The paths whose text differs, or that only one side has. */
function stale(have: Files, want: Files): readonly string[] {
  const paths = new Set([...have.keys(), ...want.keys()]);
  return [...paths].filter((path) => have.get(path) !== want.get(path)).sort();
}

function main(args: readonly string[]): number {
  const want = new Map(releases.flatMap((release) => [...releaseFiles(release, modules)]));
  const generated = stale(committed(), want).map(
    (path) => [`distribution/${path}`, want.get(path)] as const,
  );
  const check = args.includes("--check");
  const command = "node --import tsx distribution/generate/main.ts";
  return settle(new Map(generated), { root: join(distribution, ".."), check, command });
}

process.exitCode = main(process.argv.slice(2));

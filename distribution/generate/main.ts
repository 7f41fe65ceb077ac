import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

function write(path: string, text: string | undefined): void {
  const target = join(distribution, path);
  if (text === undefined) {
    rmSync(target);
    if (readdirSync(dirname(target)).length === 0) rmdirSync(dirname(target));
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function main(args: readonly string[]): number {
  const want = new Map(releases.flatMap((release) => [...releaseFiles(release, modules)]));
  const paths = stale(committed(), want);
  const check = args.includes("--check");
  for (const path of paths) {
    console.log(`${check ? "stale" : "written"}: distribution/${path}`);
    if (!check) write(path, want.get(path));
  }
  if (!check || paths.length === 0) return 0;
  console.error("Regenerate: node --import tsx distribution/generate/main.ts");
  return 1;
}

process.exitCode = main(process.argv.slice(2));

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build as bundle, transform, type BuildOptions, type Metafile } from "esbuild";
import { fileOf, leftOut, PackagesOnCall } from "./build/modules";
import { noticesOf } from "./build/notices";

const ROOT = join(__dirname, "..");

/** Node.js as in `engines` of package.json. */
const TARGET = "node20";

const ENTRIES = { main: "provider/main.ts", cli: "provider/cli/main.ts" };

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: TARGET,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "error",
  outdir: "dist",
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

/** A built file. */
export interface BuiltFile {
  readonly name: string;
  readonly text: string;
  /** The files it was made from, relative to this repository. */
  readonly sources: readonly string[];
}

/**
 * Builds the plugin (`main.js`) and the command-line program (`cli.js`) with all the packages they use, so that they
 * run without node_modules. What they load when it is needed lies in files of its own beside them.
 *
 * @param folder is replaced; folders beside it must be those beside `provider/`, see `provider/package.ts`
 */
export async function build(folder: string): Promise<readonly BuiltFile[]> {
  const onCall = new PackagesOnCall();
  const own = await bundleOwn(onCall);
  const files = [...own, ...(await Promise.all([...onCall.names].map(bundlePackage)))];
  const unfinished = `${folder}.unfinished-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(unfinished, name), text);
  const sources = new Set(files.flatMap((file) => file.sources));
  writeFileSync(join(unfinished, "THIRD-PARTY-NOTICES.txt"), noticesOf(ROOT, sources));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return files;
}

/**
 * esbuild splits only ECMAScript modules, and Node.js loads CommonJS in less time. So it bundles to the one, and then
 * turns each file into the other: https://esbuild.github.io/api/#splitting.
 */
async function bundleOwn(onCall: PackagesOnCall): Promise<readonly BuiltFile[]> {
  const { outputFiles, metafile } = await bundle({
    ...COMMON,
    entryPoints: ENTRIES,
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [leftOut, onCall.plugin],
  });
  return Promise.all(
    outputFiles.map(async ({ path, text }) => ({
      name: basename(path),
      text: await toCommonJs(text),
      sources: sourcesOf(metafile, basename(path)),
    })),
  );
}

async function toCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: TARGET,
    // import() becomes require() in a promise.
    supported: { "dynamic-import": false },
  });
  return code;
}

/** A package as a file that holds nothing else. */
async function bundlePackage(name: string): Promise<BuiltFile> {
  const { outputFiles, metafile } = await bundle({
    ...COMMON,
    entryPoints: { [basename(fileOf(name), ".js")]: name },
    format: "cjs",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild has made nothing of ${name}`);
  return { name: fileOf(name), text: file.text, sources: sourcesOf(metafile, fileOf(name)) };
}

function sourcesOf({ outputs }: Metafile, name: string): readonly string[] {
  return Object.keys(outputs[`dist/${name}`]?.inputs ?? {});
}

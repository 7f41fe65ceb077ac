import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../tools/sources/command";
import { cachedPackages, type Environment } from "./packages";

const ROOT = join(__dirname, "..", "..", "..");
const SDK = join(ROOT, "sdk", "nodejs");

/** A manifest of npm. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Puts beside programs what they depend on by their `package.json`, and the SDK, compiled; or says why it can't be had.
 * Programs find it as they find packages of a workspace: in a folder above their own.
 *
 * @param folder the one that has the folders of the programs
 */
export async function nodeEnvironment(
  folder: string,
  programs: readonly string[],
): Promise<Environment> {
  const all = [...new Set(programs.flatMap(packagesOf))].sort();
  // A script of @pulumi/kubernetes would install its plugin.
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"];
  const found = await cachedPackages("node", [process.version, ...all], async (place) => {
    const { code, output } = await run("npm", ["install", ...options, place, ...all]);
    return code === 0 ? undefined : `npm can't install Pulumi: ${output.trim()}`;
  });
  if ("missing" in found) return found;
  const modules = join(found.packages, "node_modules");
  const own = join(folder, "node_modules");
  mkdirSync(own);
  for (const name of ["@pulumi", "@types", "typescript"]) {
    symlinkSync(join(modules, name), join(own, name), "junction");
  }
  await compile(folder, SDK, "--outDir", join(own, "pulumi-flux-instance"));
  cpSync(join(SDK, "package.json"), join(own, "pulumi-flux-instance", "package.json"));
  // The programs are checked all at once: with the types of @pulumi/kubernetes each would take several seconds.
  return { environment: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } };
}

/** Checks the types of programs, with the options that they have. */
export async function checkTypes(folder: string, programs: readonly string[]): Promise<void> {
  const [first = ""] = programs;
  const options = JSON.parse(readFileSync(join(first, "tsconfig.json"), "utf8")) as object;
  const files = programs.map((program) => join(program, "index.ts"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, files }));
  await compile(folder, folder, "--noEmit", "--skipLibCheck");
}

/** Runs the compiler that the programs depend on. */
async function compile(folder: string, project: string, ...args: readonly string[]): Promise<void> {
  const compiler = join(folder, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await run(process.execPath, [compiler, "-p", project, ...args]);
  if (code !== 0) throw new Error(`${project} does not compile:\n${output}`);
}

/** `name@version` of each package from the registry. */
function packagesOf(program: string): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(program, "package.json"), "utf8"),
  ) as Manifest;
  return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) =>
    version.startsWith("file:") ? [] : [`${name}@${version}`],
  );
}

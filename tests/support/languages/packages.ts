import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../../tools/sources/command";
import { cacheFolder } from "../../../tools/sources/platform";

const SDK = join(__dirname, "..", "..", "..", "sdk");

/** What the SDK for Python needs and is built with, in versions that stay. */
const PYTHON_PACKAGES = ["pulumi==3.259.0", "parver==0.5", "semver==3.0.4", "setuptools==80.9.0"];

/** The environment in which a program finds its SDK, or why it can't be had. */
export type Environment =
  { readonly environment: Readonly<Record<string, string>> } | { readonly missing: string };

/** Pulumi for Python in a folder of the cache, with other packages, or why it can't be had. */
export async function pythonPackages(
  others: readonly string[] = [],
): Promise<{ readonly packages: string } | { readonly missing: string }> {
  const { code, output } = await run("python3", ["-c", "import sys; print(sys.version_info[:2])"]);
  if (code !== 0) return { missing: "there is no python3" };
  const all = [...PYTHON_PACKAGES, ...others];
  return cachedPackages("python", [output, ...all], async (folder) => {
    const reason = await pip(folder, all);
    return reason === undefined ? undefined : `pip can't install Pulumi: ${reason}`;
  });
}

/**
 * A folder of the cache with packages, made once.
 *
 * @param words what it depends on
 * @param install fills a folder, or gives the reason why it can't
 */
export async function cachedPackages(
  name: string,
  words: readonly string[],
  install: (folder: string) => Promise<string | undefined>,
): Promise<{ readonly packages: string } | { readonly missing: string }> {
  const key = createHash("sha256").update(words.join(" ")).digest("hex");
  const packages = join(dirname(cacheFolder()), `${name}-${key.slice(0, 12)}`);
  if (!existsSync(packages)) {
    mkdirSync(dirname(packages), { recursive: true });
    const unfinished = mkdtempSync(`${packages}-`);
    const missing = await install(unfinished);
    if (missing !== undefined) {
      rmSync(unfinished, { recursive: true });
      return { missing };
    }
    if (!existsSync(packages)) renameSync(unfinished, packages);
  }
  return { packages };
}

/** Pulumi for Python with other packages, and the SDK, built by pip, beside the program. */
export async function pythonEnvironment(
  program: string,
  others: readonly string[] = [],
): Promise<Environment> {
  const found = await pythonPackages(others);
  if ("missing" in found) return found;
  const { packages } = found;
  const [source, own] = [join(program, ".sdk"), join(program, ".packages")];
  cpSync(join(SDK, "python"), source, { recursive: true });
  const reason = await pip(own, ["--no-deps", "--no-build-isolation", source], packages);
  if (reason !== undefined) throw new Error(`the SDK for Python can't be built: ${reason}`);
  return { environment: { PYTHONPATH: `${own}:${packages}` } };
}

/** Installs into a folder; gives the reason why that failed. */
async function pip(
  target: string,
  what: readonly string[],
  PYTHONPATH = "",
): Promise<string | undefined> {
  const args = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", target];
  const { code, output } = await run("python3", [...args, ...what], { env: { PYTHONPATH } });
  return code === 0 ? undefined : output.trim();
}

/**
 * A workspace of Go with the SDK and programs; the flags are those of tools/sources/go.ts.
 *
 * @param folder the program, or one that has the folders of the programs
 */
export async function goEnvironment(
  folder: string,
  programs: readonly string[] = [folder],
): Promise<Environment> {
  const { code } = await run("go", ["version"]);
  if (code !== 0) return { missing: "there is no go" };
  const file = join(folder, "go.work");
  const [, module = ""] =
    /^module (.*)$/m.exec(readFileSync(join(SDK, "go", "go.mod"), "utf8")) ?? [];
  const uses = programs.map((program) => `use ${program}\n`).join("");
  writeFileSync(file, `go 1.25.11\n\n${uses}\nreplace ${module} => ${join(SDK, "go")}\n`);
  return {
    environment: { GOWORK: file, GOFLAGS: "-trimpath -buildvcs=false", GOTOOLCHAIN: "local" },
  };
}

/** A repository of Maven in the cache with the SDK. */
export async function mavenEnvironment(folder: string): Promise<Environment> {
  const { code } = await run("mvn", ["--version"]);
  if (code !== 0) return { missing: "there is no mvn" };
  const repository = join(dirname(cacheFolder()), "maven");
  const environment = { MAVEN_OPTS: `-Dmaven.repo.local=${repository}` };
  const build = `-DbuildDirectory=${join(folder, "target")}`;
  const args = ["-q", "-B", "-f", join(SDK, "java", "pom.xml"), build, "install"];
  const installed = await run("mvn", args, { env: environment });
  if (installed.code !== 0) throw new Error(`the SDK for Java can't be built: ${installed.output}`);
  return { environment };
}

import { createHash } from "node:crypto";
import {
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

/** What the SDK for Python needs, in versions that stay. */
const PYTHON_PACKAGES = ["pulumi==3.259.0", "parver==0.5", "semver==3.0.4"];

/** The environment in which a program finds its SDK, or why it can't be had. */
export type Environment =
  { readonly environment: Readonly<Record<string, string>> } | { readonly missing: string };

/** Python packages in a folder of the cache, and the SDK from its sources. */
export async function pythonEnvironment(): Promise<Environment> {
  const { code } = await run("python3", ["--version"]);
  if (code !== 0) return { missing: "there is no python3" };
  const { output } = await run("python3", ["-c", "import sys; print(sys.version_info[:2])"]);
  const key = createHash("sha256")
    .update([output, ...PYTHON_PACKAGES].join(" "))
    .digest("hex");
  const folder = join(dirname(cacheFolder()), `python-${key.slice(0, 12)}`);
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const unfinished = mkdtempSync(`${folder}-`);
    const args = ["-m", "pip", "install", "-q", "--target", unfinished, ...PYTHON_PACKAGES];
    const installed = await run("python3", args);
    if (installed.code !== 0) {
      rmSync(unfinished, { recursive: true });
      return { missing: `pip can't install Pulumi: ${installed.output.trim()}` };
    }
    if (!existsSync(folder)) renameSync(unfinished, folder);
  }
  return { environment: { PYTHONPATH: `${join(SDK, "python")}:${folder}` } };
}

/** A workspace of Go with a program and the SDK; the flags are those of tools/sources/go.ts. */
export async function goEnvironment(program: string): Promise<Environment> {
  const { code } = await run("go", ["version"]);
  if (code !== 0) return { missing: "there is no go" };
  const file = join(program, "go.work");
  const [, module = ""] =
    /^module (.*)$/m.exec(readFileSync(join(SDK, "go", "go.mod"), "utf8")) ?? [];
  writeFileSync(file, `go 1.25.11\n\nuse .\n\nreplace ${module} => ${join(SDK, "go")}\n`);
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

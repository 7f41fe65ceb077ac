import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** An operating system and a processor, in the words of Go: "linux" and "amd64". */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

const goArch: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The platform of this process. */
export function thisPlatform(): Platform {
  return { os: process.platform, arch: goArch[process.arch] ?? process.arch };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that keeps tools between runs and between checkouts. */
export function cacheFolder(env: Environment = process.env, os: string = process.platform): string {
  const chosen = env["FLUX_INSTANCE_CACHE"];
  if (chosen !== undefined && chosen !== "") return join(chosen, "tools");
  const home = env["HOME"] ?? homedir();
  const fallback = os === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  // The XDG specification says that an empty value counts as not set.
  const base = env["XDG_CACHE_HOME"] === "" ? undefined : env["XDG_CACHE_HOME"];
  return join(base ?? fallback, "flux-instance", "tools");
}

/** The first executable file of that name on PATH. */
export function whichOnPath(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  const folders = path.split(":").filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether the path is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

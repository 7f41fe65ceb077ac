import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { KUBERNETES_VERSION } from "../../provider/resources/children";
import { provide } from "../../tools/provide";
import { buildKubernetesPlugin } from "./kubernetes-plugin/build";

const ROOT = join(__dirname, "..", "..");
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** A folder with the executable of a Pulumi plugin. */
export interface PluginFolder {
  readonly path: string;
  /** True for the stand-in of tests/support/kubernetes-plugin. */
  readonly standIn: boolean;
}

/** What the plugin is built of, and how. */
const SOURCES = ["provider", "tools/build.ts", "tools/build", "package-lock.json"];

/** This project's own plugin, built when a source is newer than the result. */
export function ownPlugin(): string {
  const built = join(ROOT, "dist", "THIRD-PARTY-NOTICES.txt");
  const sources = SOURCES.flatMap((source) => timesIn(join(ROOT, source)));
  if (!existsSync(built) || statSync(built).mtimeMs < Math.max(...sources)) {
    const build = ["--import", "tsx", join(ROOT, "tools", "main", "build.ts")];
    execFileSync(process.execPath, build, { cwd: ROOT, stdio: ["ignore", 2, 2] });
  }
  return join(ROOT, "bin");
}

/** When a file, or each file in a folder, was written. */
function timesIn(path: string): readonly number[] {
  if (!statSync(path).isDirectory()) return [statSync(path).mtimeMs];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((file) => join(path, file))
    .flatMap((file) => (file.endsWith(".ts") ? [statSync(file).mtimeMs] : []));
}

let kubernetes: Promise<PluginFolder> | undefined;

/** The real Kubernetes plugin where it is installed or can be downloaded, else the stand-in. Found once. */
export function kubernetesPlugin(): Promise<PluginFolder> {
  kubernetes ??= findKubernetesPlugin();
  return kubernetes;
}

async function findKubernetesPlugin(): Promise<PluginFolder> {
  const installed = installedPlugin() ?? (await downloadedPlugin());
  return installed === undefined
    ? { path: await buildKubernetesPlugin(), standIn: true }
    : { path: installed, standIn: false };
}

/** The folder of the real Kubernetes plugin, where it is installed. */
export function installedPlugin(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const folders = [join(home, "plugins", `resource-kubernetes-v${KUBERNETES_VERSION}`), ...onPath];
  return folders.find((folder) => existsSync(join(folder, "pulumi-resource-kubernetes")));
}

/** Asks the Pulumi CLI for the plugin; a machine without access is told so at once and gets the stand-in. */
async function downloadedPlugin(): Promise<string | undefined> {
  const { pulumi } = await provide(["pulumi"]);
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  mkdirSync(home, { recursive: true });
  try {
    const args = ["plugin", "install", "resource", "kubernetes", `v${KUBERNETES_VERSION}`];
    await promisify(execFile)(pulumi, args, {
      timeout: DOWNLOAD_TIMEOUT_MS,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return installedPlugin();
  } catch {
    return undefined;
  }
}

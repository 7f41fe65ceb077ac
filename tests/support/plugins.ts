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

/** This project's own plugin, compiled when a source is newer than the result. */
export function ownPlugin(): string {
  const built = join(ROOT, "dist", "main.js");
  const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => statSync(join(ROOT, "provider", file)).mtimeMs);
  if (!existsSync(built) || statSync(built).mtimeMs < Math.max(...sources)) {
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.build.json")], {
      stdio: ["ignore", 2, 2],
    });
  }
  return join(ROOT, "bin");
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

function installedPlugin(): string | undefined {
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

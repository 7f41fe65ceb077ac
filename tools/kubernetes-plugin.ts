import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { KUBERNETES_VERSION } from "../provider/resources/children";
import { pluginVersion } from "./processes/plugin-version";
import { provide } from "./provide";
import { isExecutable, whichOnPath } from "./sources/platform";
import { logToStderr, type Log } from "./sources/progress";

const PROGRAM = "pulumi-resource-kubernetes";
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Pulumi's Kubernetes plugin. */
export interface KubernetesPlugin {
  /** The folder of its program: the `path` of a provider in the `plugins` of a Pulumi project. */
  readonly path: string;
  readonly version: string;
}

/**
 * The Kubernetes plugin that is installed, else a download of the version that children ask for, else 4.25.0, which
 * Go builds from modules. The engine takes a plugin of another version, with a warning.
 *
 * @throws ToolsMissing
 */
export async function findKubernetesPlugin(log: Log = logToStderr): Promise<KubernetesPlugin> {
  const program = installedPlugin() ?? (await downloadedPlugin()) ?? (await builtPlugin(log));
  return { path: dirname(program), version: await pluginVersion(program) };
}

const pulumiHome = (): string => process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");

function installedPlugin(): string | undefined {
  const folder = join(pulumiHome(), "plugins", `resource-kubernetes-v${KUBERNETES_VERSION}`);
  const program = join(folder, PROGRAM);
  return isExecutable(program) ? program : whichOnPath(PROGRAM);
}

/** Asks the Pulumi CLI for the plugin; without access to the download, that fails at once. */
async function downloadedPlugin(): Promise<string | undefined> {
  const { pulumi } = await provide(["pulumi"]);
  mkdirSync(pulumiHome(), { recursive: true });
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

async function builtPlugin(log: Log): Promise<string> {
  const paths = await provide(["kubernetes-plugin"], log);
  return paths["kubernetes-plugin"];
}

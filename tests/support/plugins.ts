import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { lt, satisfies } from "semver";
import { KUBERNETES_VERSION } from "../../provider/resources/children";
import { findKubernetesPlugin, type KubernetesPlugin } from "../../tools/kubernetes-plugin";

const ROOT = join(__dirname, "..", "..");

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

let kubernetes: Promise<KubernetesPlugin> | undefined;

/** The Kubernetes plugin of all tests: a real one everywhere. Found once. */
export function kubernetesPlugin(): Promise<KubernetesPlugin> {
  kubernetes ??= findKubernetesPlugin();
  return kubernetes;
}

/** Skips the running test or suite, with a message, where the version of the Kubernetes plugin is not in a range. */
export async function needsPlugin(context: Mocha.Context, range: string): Promise<void> {
  const { version } = await kubernetesPlugin();
  if (satisfies(version, range)) return;
  console.log(`      skipped: needs the Kubernetes plugin ${range}; the one found is ${version}`);
  context.skip();
}

/**
 * The engine's one warning about a plugin that is older than the version that children ask for; empty for a newer one.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/host/host.go
 */
export function versionWarning({ version }: KubernetesPlugin): string {
  if (!lt(version, KUBERNETES_VERSION)) return "";
  const found = `is expected to have version >=${KUBERNETES_VERSION}, but has ${version}`;
  const why = "the wrong version may be on your path, or this may be a bug in the plugin";
  return `resource plugin kubernetes ${found}; ${why}\n`;
}

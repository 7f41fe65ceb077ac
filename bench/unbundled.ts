import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(__dirname, "..");
const BESIDE = ["distribution", "schema.json", "package.json", "node_modules"];

/** The same program with a file for each source, and its packages in node_modules. */
export interface Unbundled {
  readonly plugin: string;
  readonly cli: string;
  remove(): void;
}

/** What the bundles are compared with. */
export async function buildUnbundled(): Promise<Unbundled> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-unbundled-"));
  const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" });
  await build({
    entryPoints: sources
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(ROOT, "provider", file)),
    outdir: join(folder, "dist"),
    outbase: join(ROOT, "provider"),
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(folder, name));
  return {
    plugin: join(folder, "dist", "main.js"),
    cli: join(folder, "dist", "cli", "main.js"),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

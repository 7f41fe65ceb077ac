import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";

const lockFile = join(__dirname, "..", "..", "..", "package-lock.json");

/**
 * Bundles the stand-in into a folder with an executable `pulumi-resource-kubernetes`, once per content
 * of its sources, and returns the folder: the `path` of a provider in `plugins` of a Pulumi project.
 */
export async function buildKubernetesPlugin(): Promise<string> {
  const user = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `flux-instance-kubernetes-plugin-${user}-${await contentHash()}`);
  if (await exists(folder)) return folder;
  const unfinished = `${folder}-${process.pid}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await bundle(join(unfinished, "main.js"));
  await writeExecutable(join(unfinished, "pulumi-resource-kubernetes"));
  // Another process may have been faster; its folder has the same content.
  await rename(unfinished, folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error;
  });
  return folder;
}

async function contentHash(): Promise<string> {
  const names = (await readdir(__dirname)).filter((name) => /(?<!\.test)\.ts$/.test(name)).sort();
  const hash = createHash("sha256").update(process.execPath);
  for (const path of [lockFile, ...names.map((name) => join(__dirname, name))]) {
    hash.update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, "main.ts")],
    outfile,
    bundle: true,
    minifySyntax: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
}

async function writeExecutable(path: string): Promise<void> {
  const script = `#!/bin/sh\nexec '${process.execPath}' "$(dirname "$0")/main.js" "$@"\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build";
import type { Platform } from "../sources/platform";
import { tarball, type Entry } from "./archive";
import { entriesOf, filesOf } from "./folder";
import type { Part } from "./part";

/** Where the plugin is published for; the words are those of Go, which Pulumi uses. */
export const PLATFORMS: readonly Platform[] = ["linux", "darwin", "windows"].flatMap((os) =>
  ["amd64", "arm64"].map((arch) => ({ os, arch })),
);

/** Below `distribution/`: the releases, whom signatures are trusted from, and whose work that is. */
const DATA = /^distribution\/(?:v[^/]+\/.+\.json|sigstore\/trusted-root\.json|NOTICE)$/;
const BESIDE = ["schema.json", "package.json", "LICENSE", "NOTICE"];

/** The engine starts `.exe` or `.cmd` on Windows: https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/workspace/plugins.go#L2465 */
const LAUNCHERS = {
  unix: {
    path: "pulumi-resource-flux-instance",
    text: '#!/bin/sh\nexec node "$(dirname "$0")/dist/main.js" "$@"\n',
  },
  windows: {
    path: "pulumi-resource-flux-instance.cmd",
    text: '@echo off\r\nnode "%~dp0dist\\main.js" %*\r\n',
  },
};

/** The name that Pulumi looks for: https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/ */
export function pluginName(version: string, { os, arch }: Platform): string {
  return `pulumi-resource-flux-instance-v${version}-${os}-${arch}.tar.gz`;
}

/** The plugin as JavaScript, for all platforms; it needs Node.js, and neither node_modules nor TypeScript. */
export const plugin: Part = async ({ root, version }, out) => {
  const entries = await pluginEntries(root);
  const files = PLATFORMS.map((platform) => {
    const { path, text } = platform.os === "windows" ? LAUNCHERS.windows : LAUNCHERS.unix;
    const launcher = { path, content: Buffer.from(text), executable: true };
    const name = pluginName(version, platform);
    writeFileSync(join(out, name), tarball([launcher, ...entries]));
    return name;
  });
  return { files, publish: `assets of the GitHub release v${version}` };
};

async function pluginEntries(root: string): Promise<readonly Entry[]> {
  const folder = mkdtempSync(join(tmpdir(), "flux-instance-release-"));
  try {
    await build(join(folder, "dist"));
    return [...entriesOf(join(folder, "dist"), "dist/"), ...dataEntries(root)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the plugin reads from files, whatever starts it. */
export function dataEntries(root: string): readonly Entry[] {
  const releases = entriesOf(join(root, "distribution"), "distribution/");
  const read = releases.filter(({ path }) => DATA.test(path));
  return [...read, ...filesOf(root, BESIDE)];
}

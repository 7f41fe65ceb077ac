import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastLines, run, type Outcome } from "./command";
import { whichOnPath } from "./platform";
import type { GoBuild, Tool } from "./tool";

/** Builds the program into the folder from the Go module pinned in `tools/go`. */
export async function buildWithGo(tool: Tool, folder: string): Promise<void> {
  const { go } = tool;
  if (go === undefined) throw new Error("it is not built from source here");
  if (whichOnPath("go") === undefined) {
    throw new Error(
      `Go is not on PATH, and it builds ${tool.title} where no download is in reach: ` +
        "install Go 1.26 or later (https://go.dev/dl) and run this again",
    );
  }
  const overlay = await overlayOf(go, folder);
  const stamps = Object.entries(go.stamps).map(([name, value]) => `-X ${name}=${value}`);
  await runGo(go, [
    "build",
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    ...(overlay === undefined ? [] : [`-overlay=${overlay}`]),
    `-ldflags=-s -w ${stamps.join(" ")}`,
    `-o=${join(folder, tool.program)}`,
    go.package,
  ]);
  if (overlay !== undefined) rmSync(overlay);
}

/**
 * Lets the build find files of a dependency in our folder: a program can embed only what is in its own module.
 * https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
 */
async function overlayOf(go: GoBuild, folder: string): Promise<string | undefined> {
  if (go.embeds === undefined) return undefined;
  const { module, files } = go.embeds;
  const { output } = await runGo(go, ["mod", "download", "-json", module]);
  const { Dir: source } = JSON.parse(output) as { readonly Dir: string };
  const entries = files.map(
    (file) => [join(placeOf(go), file.split("/").at(-1) ?? file), join(source, file)] as const,
  );
  const overlay = join(folder, "overlay.json");
  writeFileSync(overlay, JSON.stringify({ Replace: Object.fromEntries(entries) }));
  return overlay;
}

const placeOf = ({ folder }: GoBuild): string => join(__dirname, "..", "go", folder);

async function runGo(go: GoBuild, args: readonly string[]): Promise<Outcome> {
  const outcome = await run("go", args, { folder: placeOf(go), env: { GOWORK: "off" } });
  if (outcome.code !== 0)
    throw new Error(`go ${args[0] ?? ""} failed: ${lastLines(outcome.output)}`);
  return outcome;
}

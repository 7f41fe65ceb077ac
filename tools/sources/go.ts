import { join } from "node:path";
import { lastLines, run } from "./command";
import { whichOnPath } from "./platform";
import type { Tool } from "./tool";

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
  const stamps = Object.entries(go.stamps).map(([name, value]) => `-X ${name}=${value}`);
  const { code, output } = await run(
    "go",
    [
      "build",
      "-mod=readonly",
      "-trimpath",
      "-buildvcs=false",
      `-ldflags=-s -w ${stamps.join(" ")}`,
      `-o=${join(folder, tool.program)}`,
      go.package,
    ],
    { folder: join(__dirname, "..", "go", go.folder), env: { GOWORK: "off" } },
  );
  if (code !== 0) throw new Error(`go build failed: ${lastLines(output)}`);
}

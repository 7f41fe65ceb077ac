import { downloadTool } from "./download";
import { unpackFromDebian } from "./debian";
import { buildWithGo } from "./go";
import type { Platform } from "./platform";
import type { Tool } from "./tool";

/** A way to get a tool: it leaves the program in an empty folder, or throws with one line. */
export interface Way {
  /** What is being done, before the tool's title. */
  readonly doing: string;
  /** The same in a plan. */
  readonly planned: string;
  readonly expected: string;
  readonly bring: (tool: Tool, folder: string) => Promise<void>;
}

/** The ways to get this tool on this platform, the preferred one first. */
export function waysOf(tool: Tool, platform: Platform): readonly Way[] {
  const ways: Way[] = [];
  const download = tool.download?.(platform);
  if (download !== undefined) {
    const { host } = new URL(download.url);
    ways.push({
      doing: `Downloading from ${host}:`,
      planned: `download from ${host}`,
      expected: "about 1 minute",
      bring: (_, folder) => downloadTool(tool.program, download, folder),
    });
  }
  if (tool.debian !== undefined && platform.os === "linux") {
    ways.push({
      doing: `Unpacking the Debian package ${tool.debian.package}:`,
      planned: `Debian package ${tool.debian.package}`,
      expected: "about 10 seconds",
      bring: unpackFromDebian,
    });
  }
  if (tool.go !== undefined) {
    ways.push({
      doing: "Building with Go:",
      planned: `build with Go (${tool.go.expected})`,
      expected: tool.go.expected,
      bring: buildWithGo,
    });
  }
  return ways;
}

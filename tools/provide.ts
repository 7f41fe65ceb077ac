import { join } from "node:path";
import { fillOnce } from "./sources/cache";
import { askVersion, locate } from "./sources/locate";
import { printPlan } from "./sources/plan";
import { thisPlatform } from "./sources/platform";
import { logToStderr, withProgress, type Log } from "./sources/progress";
import type { Tool } from "./sources/tool";
import { toolOf, type ToolName } from "./sources/tools";
import { isAccepted } from "./sources/version";
import { waysOf } from "./sources/ways";

/** The paths of the programs that were asked for. */
export type ToolPaths<Name extends ToolName = ToolName> = Readonly<Record<Name, string>>;

/** Some tools cannot be had on this machine; the message has one line for each. */
export class ToolsMissing extends Error {
  override readonly name = "ToolsMissing";
}

/**
 * Returns the path of each tool, and brings what is missing: from PATH, from the cache, by download,
 * from Debian, or by a build with Go. Silent and immediate when everything is there.
 */
export async function provide<Name extends ToolName>(
  names: readonly Name[],
  log: Log = logToStderr,
): Promise<ToolPaths<Name>> {
  const entries = names.map((name) => ({
    name,
    tool: toolOf(name),
    location: locate(toolOf(name)),
  }));
  if (entries.some(({ location }) => location.path === undefined)) {
    for (const line of printPlan(entries, thisPlatform())) log(line);
  }
  const paths: [Name, string][] = [];
  const failures: string[] = [];
  for (const { name, tool, location } of entries) {
    try {
      paths.push([name, location.path ?? (await bring(tool, log))]);
    } catch (error) {
      failures.push(`${tool.title} ${tool.version} cannot be had: ${reasonOf(error)}`);
    }
  }
  if (failures.length > 0) throw new ToolsMissing(failures.join("\n"));
  return Object.fromEntries(paths) as ToolPaths<Name>;
}

/** Gets one tool into the cache by the first way that works. */
async function bring(tool: Tool, log: Log): Promise<string> {
  return await fillOnce(tool, log, async (emptyFolder) => {
    const reasons: string[] = [];
    for (const way of waysOf(tool, thisPlatform())) {
      const folder = emptyFolder();
      try {
        await withProgress(log, `${way.doing} ${tool.title} ${tool.version}`, way.expected, () =>
          way.bring(tool, folder),
        );
        requireAccepted(tool, join(folder, tool.program));
        return;
      } catch (error) {
        const reason = reasonOf(error);
        log(`  not this way: ${reason}`);
        reasons.push(reason);
      }
    }
    throw new Error(reasons.join("; "));
  });
}

/** A program that does not run here, or is another version, must not get into the cache. */
function requireAccepted(tool: Tool, path: string): void {
  const version = askVersion(path, tool);
  if (isAccepted(version, tool.accepts)) return;
  throw new Error(`it reports version ${version ?? "none"}, needed is ${tool.accepts}`);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

import type { Location } from "./locate";
import type { Platform } from "./platform";
import type { Tool } from "./tool";
import { waysOf } from "./ways";

/** One line per tool: where it is, or in which order we try to get it and how long that takes. */
export function printPlan(
  entries: readonly { readonly tool: Tool; readonly location: Location }[],
  platform: Platform,
): readonly string[] {
  const width = Math.max(...entries.map(({ tool }) => nameOf(tool).length));
  const lines = entries.map(({ tool, location }) => {
    const name = nameOf(tool).padEnd(width);
    if (location.path !== undefined) return `  ${name}  present: ${location.path}`;
    const why = location.rejected === undefined ? "" : ` [${location.rejected}]`;
    const ways = waysOf(tool, platform).map(({ planned }) => planned);
    return `  ${name}  missing: ${ways.join(", else ")}${why}`;
  });
  return ["Tools for this command:", ...lines];
}

const nameOf = (tool: Tool): string => `${tool.program} ${tool.version}`;

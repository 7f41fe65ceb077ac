import { provide, ToolsMissing, type ToolPaths } from "../../tools/provide";
import type { ToolName } from "../../tools/sources/tools";

/**
 * For a `before` of mocha: returns the paths of the tools, and brings what is missing, however long
 * that takes. Where a tool cannot be had, the suite is skipped and the reason is printed.
 */
export async function requireTools<Name extends ToolName>(
  context: Mocha.Context,
  names: readonly Name[],
): Promise<ToolPaths<Name>> {
  return await orSkip(context, () => provide(names));
}

/** The same for work that provides tools itself. */
export async function orSkip<T>(context: Mocha.Context, work: () => Promise<T>): Promise<T> {
  context.timeout(0);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    console.warn(`Skipped: ${error.message}`);
    return context.skip();
  }
}

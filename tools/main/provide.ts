import { join } from "node:path";
import { provide, ToolsMissing } from "../provide";
import { toolNames, toolOf, type ToolName } from "../sources/tools";

/** Needed only where the newer plugin is neither installed nor can be downloaded. */
const FALLBACK: ToolName = "kubernetes-plugin";

/** `run.mjs provide [NAME...]`: brings these tools, or all, and prints "name<TAB>path" lines. */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    console.error(`No such tool: ${unknown.join(", ")}. There are: ${toolNames.join(", ")}.`);
    return 2;
  }
  try {
    const paths = args.length === 0 ? await provideAll() : await provide(args.filter(isToolName));
    for (const [name, path] of Object.entries(paths)) console.log(`${name}\t${path}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function provideAll(): Promise<Readonly<Record<string, string>>> {
  const paths = await provide(toolNames.filter((name) => name !== FALLBACK));
  // What it imports takes a second to load.
  const { findKubernetesPlugin } = await import("../kubernetes-plugin.js");
  const { path } = await findKubernetesPlugin();
  return { ...paths, [FALLBACK]: join(path, toolOf(FALLBACK).program) };
}

const isToolName = (name: string): name is ToolName =>
  (toolNames as readonly string[]).includes(name);

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

import { provide, ToolsMissing } from "../provide";
import { toolNames, type ToolName } from "../sources/tools";

/** `run.mjs provide [NAME...]`: brings these tools, or all, and prints "name<TAB>path" lines. */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((name) => !isToolName(name));
  if (unknown.length > 0) {
    console.error(`No such tool: ${unknown.join(", ")}. There are: ${toolNames.join(", ")}.`);
    return 2;
  }
  try {
    const paths = await provide(args.length === 0 ? toolNames : args.filter(isToolName));
    for (const [name, path] of Object.entries(paths)) console.log(`${name}\t${path}`);
    return 0;
  } catch (error) {
    if (!(error instanceof ToolsMissing)) throw error;
    console.error(error.message);
    return 1;
  }
}

const isToolName = (name: string): name is ToolName =>
  (toolNames as readonly string[]).includes(name);

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

import type { Rendered } from "../core/render";
import { needed, oneOf, readArguments } from "./arguments";
import { load } from "./load";
import type { Given, Outcome } from "./verb";
import { printYaml } from "./yaml";

const USAGE = `Usage:
  flux-instance render -f FILE [--distribution SOURCE] [--output yaml|json]

Prints the objects of a FluxInstance manifest in apply order, without a cluster.
Flux comes from the manifest's own spec.distribution.artifact; where it has none, from the releases of this program.

Options:
  -f, --file FILE              The manifest, "-" for standard input
      --distribution SOURCE    Where Flux comes from instead: "embedded", a folder, or "oci://…"
  -o, --output yaml|json       How the objects are printed; default yaml
  -h, --help                   Print this
`;

const OPTIONS = { file: { short: "f" }, distribution: {}, output: { short: "o" } } as const;

const PRINTERS = { yaml: printObjects, json: printSummary } as const;

/** The verb `render`: a manifest's objects. */
export async function render(args: readonly string[], given: Given): Promise<Outcome> {
  const { help, values } = readArguments(args, OPTIONS);
  if (help) return { output: USAGE, warnings: [] };
  const file = needed(values.file, "-f FILE");
  const output = oneOf(values.output ?? "yaml", "--output", ["yaml", "json"]);
  const { rendered, warnings } = await load(file, given, values.distribution);
  return { output: PRINTERS[output](rendered), warnings };
}

function printObjects({ objects }: Rendered): string {
  return objects.map(({ manifest }) => `---\n${printYaml(manifest)}`).join("");
}

function printSummary({ version, revision, components, objects }: Rendered): string {
  const summary = {
    version,
    revision,
    components,
    objects: objects.map(({ manifest }) => manifest),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

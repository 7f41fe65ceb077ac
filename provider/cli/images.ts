import { isPinned, pulledImages } from "../core/distribution/pulled-images";
import { needed, oneOf, readArguments } from "./arguments";
import { load } from "./load";
import type { Given, Outcome } from "./verb";

const USAGE = `Usage:
  flux-instance images -f FILE [--distribution SOURCE] [--output text|json]

Prints the images that a FluxInstance manifest runs, one per line, with their digests: to mirror or to scan them.

Options:
  -f, --file FILE              The manifest, "-" for standard input
      --distribution SOURCE    Where Flux comes from instead: "embedded", a folder, or "oci://…"
  -o, --output text|json       How they are printed; default text
  -h, --help                   Print this
`;

const OPTIONS = { file: { short: "f" }, distribution: {}, output: { short: "o" } } as const;

/** The verb `images`: what the rendered workloads run, patches applied. */
export async function images(args: readonly string[], given: Given): Promise<Outcome> {
  const { help, values } = readArguments(args, OPTIONS);
  if (help) return { output: USAGE, warnings: [] };
  const file = needed(values.file, "-f FILE");
  const output = oneOf(values.output ?? "text", "--output", ["text", "json"]);
  const { rendered, warnings } = await load(file, given, values.distribution);
  const found = pulledImages(rendered.objects.map(({ manifest }) => manifest));
  const { version } = rendered;
  return {
    output: output === "text" ? found.map((image) => `${image}\n`).join("") : json(version, found),
    warnings: [...warnings, ...unpinned(found)],
  };
}

function json(version: string, images: readonly string[]): string {
  return `${JSON.stringify({ version, images }, null, 2)}\n`;
}

function unpinned(images: readonly string[]): readonly string[] {
  return images
    .filter((image) => !isPinned(image))
    .map((image) => `${image} is not pinned by a digest; what is behind that name may change`);
}

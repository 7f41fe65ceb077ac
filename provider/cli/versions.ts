import { isObject } from "../core/manifest";
import { InvalidInput } from "../core/problem";
import { matches, parseConstraint } from "../core/version/constraint";
import { selectVersion } from "../core/version/select";
import { newestFirst } from "../core/version/version";
import { ParsedFiles } from "../io/parsed-files";
import { openSource } from "../io/source";
import { readArguments } from "./arguments";
import { withSource } from "./source";
import type { Given, Outcome } from "./verb";

const USAGE = `Usage:
  flux-instance versions [--distribution SOURCE] [--range RANGE]

Prints the Flux versions that can be installed, newest first, one per line.

Options:
      --distribution SOURCE    Where Flux comes from: "embedded" (default), a folder, or "oci://…"
      --range RANGE            Only those that distribution.version RANGE allows, for example "2.8.x"
  -h, --help                   Print this
`;

const HEADLINE = "The Flux versions can't be listed";

const OPTIONS = { distribution: {}, range: {} } as const;

/** The verb `versions`: what a distribution offers. */
export async function versions(args: readonly string[], { surroundings }: Given): Promise<Outcome> {
  const { help, values } = readArguments(args, OPTIONS);
  if (help) return { output: USAGE, warnings: [] };
  const warnings: string[] = [];
  const warn = (line: string) => warnings.push(line);
  const access = { files: new ParsedFiles(), surroundings, warn };
  const artifact = artifactOf(values.distribution);
  const { versions: all } = await named(() => openSource(artifact, access, HEADLINE));
  const found = values.range === undefined ? all : within(values.range, all);
  return { output: found.map((version) => `${version}\n`).join(""), warnings };
}

/** The artifact that the option means, as it means it to `render`. */
function artifactOf(option: string | undefined): string | undefined {
  const { distribution } = withSource({ distribution: {} }, option).args;
  const artifact = isObject(distribution) ? distribution["artifact"] : undefined;
  return typeof artifact === "string" ? artifact : undefined;
}

/** Tells problems as those of the option, which is what names the artifact here. */
async function named<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const problems = error.problems.map(({ reason }) => ({ path: "--distribution", reason }));
    throw Object.assign(new InvalidInput(error.headline, problems), { cause: error });
  }
}

/** Those a range allows; none is an error, as it is when an instance asks for it. */
function within(range: string, versions: readonly string[]): readonly string[] {
  const selected = selectVersion(range, versions);
  const constraint = parseConstraint(range);
  if ("problem" in selected || constraint === undefined) {
    const reason = "problem" in selected ? selected.problem : "is no range";
    throw new InvalidInput("No version can be listed", [{ path: "--range", reason }]);
  }
  return newestFirst(versions)
    .filter((version) => matches(constraint, version))
    .map(({ text }) => text);
}

import type { JsonObject } from "../../core/manifest";
import { needed, oneOf, readArguments } from "../arguments";
import { loadArgs } from "../load";
import type { Outcome, Given } from "../verb";
import { objectDoc, type Dialect } from "./dialect";
import { go, goProgram } from "./go";
import type { Group } from "./layout";
import { python, pythonProgram } from "./python";
import { argsType, readSchema, type Schema } from "./schema";
import { typescript, typescriptProgram } from "./typescript";
import { yamlProgram } from "./yaml";

const USAGE = `Usage:
  flux-instance convert -f FILE --to typescript|python|go|yaml

Prints the Pulumi program that makes the same of a FluxInstance manifest.

Options:
  -f, --file FILE     The manifest, "-" for standard input
      --to LANGUAGE   typescript, python, go, or yaml for a whole Pulumi.yaml
  -h, --help          Print this
`;

const OPTIONS = { file: { short: "f" }, to: {} } as const;

export const LANGUAGES = ["typescript", "python", "go", "yaml"] as const;
export type Language = (typeof LANGUAGES)[number];

type Write = (args: JsonObject, schema: Schema) => string;

const WRITERS: Readonly<Record<Language, Write>> = {
  typescript: writing(typescript, typescriptProgram),
  python: writing(python, pythonProgram),
  go: writing(go, goProgram),
  yaml: yamlProgram,
};

/** The verb `convert`: a manifest's program. */
export async function convert(args: readonly string[], given: Given): Promise<Outcome> {
  const { help, values } = readArguments(args, OPTIONS);
  if (help) return { output: USAGE, warnings: [] };
  const file = needed(values.file, "-f FILE");
  const language = oneOf(needed(values.to, "--to LANGUAGE"), "--to", LANGUAGES);
  const loaded = await loadArgs(file, given);
  const output = writeProgram(loaded.args, language, await readSchema());
  return { output, warnings: loaded.warnings };
}

/**
 * The Pulumi program that makes a FluxInstance of these args, which were read without problems.
 *
 * @param comments what stands before it, a line each
 */
export function writeProgram(
  args: JsonObject,
  language: Language,
  schema: Schema,
  comments: readonly string[] = [],
): string {
  const mark = language === "typescript" || language === "go" ? "//" : "#";
  const lines = comments.map((comment) => `${mark} ${comment.replace(UNPRINTABLE, " ")}\n`);
  const gap = lines.length === 0 ? "" : "\n";
  return `${lines.join("")}${gap}${WRITERS[language](args, schema)}`;
}

/** What could end a comment, or can't be seen in it. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

function writing(dialect: Dialect, program: (args: Group) => string): Write {
  return (args, schema) =>
    program(objectDoc(args, argsType(schema), "FluxInstance", { schema, dialect }));
}

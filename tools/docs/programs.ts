import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { LANGUAGES, writeProgram } from "../../provider/cli/convert/index";
import type { Schema } from "../../provider/cli/convert/schema";
import { isObject, type Json, type JsonObject } from "../../provider/core/manifest";

/** The file of an example that a page shows, in the order of Pulumi's registry. */
const FILES = {
  typescript: "index.ts",
  python: "__main__.py",
  go: "main.go",
  csharp: "Program.cs",
  java: "src/main/java/app/App.java",
  yaml: "Pulumi.yaml",
} as const;

/** A program in one language. */
export interface Program {
  readonly language: string;
  readonly text: string;
}

/**
 * A page with the content between its marks written anew:
 *
 * - `<!-- example NAME -->` to `<!-- /example -->` has the files of `examples/NAME-LANGUAGE`,
 * - `<!-- program -->` to `<!-- /program -->` has the YAML program that stands there, in every language that `convert` writes.
 */
export function withPrograms(page: string, root: string, schema: Schema): string {
  return page
    .replace(EXAMPLE, (_all, name: string) =>
      between(`example ${name}`, "example", exampleOf(name, root)),
    )
    .replace(PROGRAM, (_all, body: string) =>
      between("program", "program", programsOf(argsIn(body), schema)),
    );
}

/** Whether a page has such marks. */
export function hasPrograms(page: string): boolean {
  return /^<!-- (?:program|example [\w-]+) -->$/m.test(page);
}

const EXAMPLE = /^<!-- example ([\w-]+) -->\n.*?^<!-- \/example -->$/gms;
const PROGRAM = /^<!-- program -->\n(.*?)^<!-- \/program -->$/gms;

function between(start: string, end: string, programs: readonly Program[]): string {
  return `<!-- ${start} -->\n\n${chooser(programs)}\n\n<!-- /${end} -->`;
}

/**
 * The files of an example, in the languages that it has.
 *
 * @throws Error when there is none
 */
export function exampleOf(name: string, root: string): readonly Program[] {
  const programs = Object.entries(FILES).flatMap(([language, path]) => {
    const file = join(root, "examples", `${name}-${language}`, path);
    return existsSync(file) ? [{ language, text: readFileSync(file, "utf8") }] : [];
  });
  if (programs.length === 0) throw new Error(`there is no example ${name} in examples/`);
  return programs;
}

/** Lets the reader choose a language: https://github.com/pulumi/registry/blob/master/CONTRIBUTING.md */
export function chooser(programs: readonly Program[]): string {
  const languages = programs.map(({ language }) => language).join(",");
  return [
    `{{< chooser language "${languages}" >}}`,
    ...programs.flatMap(({ language, text }) => [
      `{{% choosable language ${language} %}}`,
      `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``,
      "{{% /choosable %}}",
    ]),
    "{{< /chooser >}}",
  ].join("\n\n");
}

function programsOf(args: JsonObject, schema: Schema): readonly Program[] {
  return LANGUAGES.map((language) => ({ language, text: writeProgram(args, language, schema) }));
}

/** The args of the one instance in the YAML program of a text. */
function argsIn(text: string): JsonObject {
  const [, block = ""] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
  const program = parse(block) as { readonly resources?: Readonly<Record<string, Json>> } | null;
  const [resource] = Object.values(program?.resources ?? {});
  const args = isObject(resource) ? resource["properties"] : undefined;
  if (!isObject(args)) throw new Error("a program has no YAML with `resources` and `properties`");
  if (/\$[{$]/.test(JSON.stringify(args))) {
    throw new Error("a program can't have an interpolation: only its args are converted");
  }
  return args;
}

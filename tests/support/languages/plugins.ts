import {
  chmodSync,
  existsSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { whichOnPath } from "../../../tools/sources/platform";
import { provide } from "../../../tools/provide";

/** The languages that programs of other files are written in. */
export type Language = "typescript" | "python" | "go" | "java" | "yaml";

/** The name by which the engine asks for the plugin. */
const runtimeOf = (language: Language) => (language === "typescript" ? "nodejs" : language);

/**
 * Puts the language plugin into a folder: Pulumi's own where it is installed or can be built, else the stand-in.
 *
 * @param python the command that runs Python
 */
export async function languagePlugin(language: Language, folder: string, python = "python3") {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `pulumi-language-${runtimeOf(language)}`);
  const own = await pulumisOwn(language);
  if (own !== undefined) symlinkSync(own, file);
  else {
    const commands: Readonly<Record<string, readonly string[]>> = {
      typescript: ["nodejs"],
      go: ["go", "run", "."],
      python: [python, join(__dirname, "program.py")],
    };
    writeFileSync(file, standIn(commands[language] ?? []));
    chmodSync(file, 0o755);
  }
}

/** Pulumi's own language plugin: built, beside the CLI as in its download, or on PATH; undefined where it can't be had. */
export async function pulumisOwn(language: Language): Promise<string | undefined> {
  if (language === "java" || language === "yaml") {
    const name = `pulumi-language-${language}` as const;
    return (await provide([name]))[name];
  }
  const { pulumi } = await provide(["pulumi"]);
  const name = `pulumi-language-${runtimeOf(language)}`;
  const beside = join(dirname(realpathSync(pulumi)), name);
  // Pulumi's plugin for Python needs a script beside it.
  return existsSync(beside) ? beside : whichOnPath(name);
}

function standIn(command: readonly string[]): string {
  const tsx = pathToFileURL(createRequire(__filename).resolve("tsx")).href;
  const host = join(__dirname, "host.ts");
  const words = [process.execPath, "--import", tsx, host, ...command, "--"];
  return `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")} "$@"\n`;
}

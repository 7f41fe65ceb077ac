import type * as JsYaml from "js-yaml";
import { readScalar } from "../patch/scalar";

/** Some 20 times the nodes of a whole Flux release. */
const MAXIMUM_NODES = 1_000_000;

/** Why a text is no YAML that a release may hold. */
export class InvalidYaml extends Error {
  override readonly name = "InvalidYaml";
}

/**
 * The documents of a YAML text, null for empty ones. Plain scalars are read as kustomize reads them; a repeated key, a
 * tag and what is nested deeper than 100 levels are refused. js-yaml reads a release in a third of the time of `yaml`,
 * which tells more about what is wrong in a text.
 *
 * @throws InvalidYaml with the line and column
 */
export function readDocuments(text: string): readonly unknown[] {
  // Loaded when a release is in YAML: the embedded ones are not.
  const yaml = require("js-yaml") as typeof JsYaml;
  const documents: readonly unknown[] = load(text, yaml);
  if (!isBounded(documents)) throw new InvalidYaml("its aliases make it too large");
  return documents;
}

function load(text: string, yaml: typeof JsYaml): readonly unknown[] {
  const plain = new yaml.Type("tag:yaml.org,2002:plain", { kind: "scalar", construct: readPlain });
  const schema = yaml.FAILSAFE_SCHEMA.extend({ implicit: [plain] });
  try {
    return yaml.loadAll(text, null, { schema });
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    const { line, column } = error.mark;
    throw new InvalidYaml(`line ${line + 1}, column ${column + 1}: ${error.reason}`);
  }
}

function readPlain(text: string | null): unknown {
  const value = readScalar(text ?? "", "kyaml");
  if (value === undefined) {
    throw new InvalidYaml(`the number ${text ?? ""} can't be kept exactly; put it in quotes`);
  }
  return value;
}

/** False for values that aliases make endless, or longer than any release when they are written out. */
function isBounded(documents: readonly unknown[]): boolean {
  const open: unknown[] = [documents];
  for (let nodes = 0; open.length > 0; nodes += 1) {
    if (nodes > MAXIMUM_NODES) return false;
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    for (const child of Object.values(node)) open.push(child);
  }
  return true;
}

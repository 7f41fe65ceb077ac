import { LineCounter, type Document, type ScalarTag } from "yaml";
import type { Json } from "../core/manifest";
import { readScalar } from "../core/patch/scalar";
import { composeDocuments, toPlain, UnreadableYaml, wordsOf } from "../core/yaml";

/** Text that is no YAML; the message names the line. */
export class NoYaml extends Error {
  override readonly name = "NoYaml";
}

/** Plain scalars as kubectl reads them, which is YAML 1.1 by sigs.k8s.io/yaml. */
const plain: ScalarTag = {
  tag: "tag:yaml.org,2002:plain",
  default: true,
  test: /^/,
  resolve: (text, onError) => {
    const value = readScalar(text, "yaml1.1");
    if (value === undefined) onError("This number cannot be kept exactly; put it in quotes");
    return value ?? null;
  },
};

/** The documents of a YAML or JSON text, the empty ones left out. */
export function parseDocuments(text: string): readonly Json[] {
  const lines = new LineCounter();
  return parsed(text, lines)
    .map((document) => valueOf(document, lines))
    .filter((value) => value !== null);
}

function parsed(text: string, lines: LineCounter): readonly Document[] {
  try {
    return composeDocuments(text, lines, {
      schema: "failsafe",
      customTags: [plain],
      merge: true,
      stringKeys: true,
      prettyErrors: false,
      logLevel: "silent",
    });
  } catch (error) {
    throw error instanceof UnreadableYaml ? new NoYaml(error.message) : error;
  }
}

function valueOf(document: Document, lines: LineCounter): Json {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new NoYaml(`is no YAML: line ${line}, column ${col}: ${wordsOf(error.code)}`);
  }
  try {
    return toPlain(document);
  } catch (error) {
    throw error instanceof UnreadableYaml ? new NoYaml(`is no YAML: ${error.message}`) : error;
  }
}

import {
  Composer,
  Parser,
  type CST,
  type Document,
  type DocumentOptions,
  type LineCounter,
  type ParseOptions,
  type SchemaOptions,
} from "yaml";

/** Deeper than any Kubernetes object. */
const MAXIMUM_DEPTH = 100;

/** YAML that nests deeper than this code reads. */
export class TooDeep extends Error {
  override readonly name = "TooDeep";
}

/**
 * Parses YAML a user gave; what is wrong in it is in the documents' errors.
 *
 * The composer recurses, and V8 ends the process where a regular expression meets the end of the stack: no error can be
 * caught then. So the depth is measured on the tokens first.
 *
 * @throws TooDeep
 */
export function composeDocuments(
  text: string,
  lines: LineCounter,
  options: ParseOptions & DocumentOptions & SchemaOptions,
): readonly Document[] {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (isDeep(tokens)) throw new TooDeep("is nested too deeply");
  return [...new Composer(options).compose(tokens)] as readonly Document[];
}

function isDeep(tokens: readonly CST.Token[]): boolean {
  let level = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAXIMUM_DEPTH) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  const parts = "items" in token ? token.items.flatMap(({ key, value }) => [key, value]) : [];
  const root = token.type === "document" ? [token.value] : [];
  return [...parts, ...root].filter((part) => part !== undefined && part !== null);
}

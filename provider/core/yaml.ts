import {
  Composer,
  Parser,
  type CST,
  type Document,
  type DocumentOptions,
  type ErrorCode,
  type LineCounter,
  type ParseOptions,
  type SchemaOptions,
} from "yaml";
import type { Json } from "./manifest";

/** Deeper than any Kubernetes object. */
const MAXIMUM_DEPTH = 100;
/** More than any map or list that is written by hand; the library compares each key of a map with each other one. */
const MAXIMUM_ENTRIES = 5_000;
const MAXIMUM_ANCHORS = 1_000;
/** More than the API server keeps of one object, in characters. https://etcd.io/docs/v3.6/dev-guide/limit/ */
const MAXIMUM_SCALAR = 2 * 1024 * 1024;

/** YAML that is not read. The message is ours: those of the library quote the text, which may be a secret. */
export class UnreadableYaml extends Error {
  override readonly name = "UnreadableYaml";
}

/**
 * Parses YAML a user gave; what is wrong in it is in the documents' errors.
 *
 * The composer recurses, and V8 ends the process where a regular expression meets the end of the stack: no error can be
 * caught then. So everything is measured on the tokens first.
 *
 * @throws UnreadableYaml where it is too deep or too large
 */
export function composeDocuments(
  text: string,
  lines: LineCounter,
  options: ParseOptions & DocumentOptions & SchemaOptions,
): readonly Document[] {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  measure(tokens);
  return [...new Composer(options).compose(tokens)] as readonly Document[];
}

/**
 * The plain value of a document without errors.
 *
 * @throws UnreadableYaml for an alias without anchor, and aliases that multiply
 */
export function toPlain(document: Document): Json {
  try {
    return document.toJS() as Json;
  } catch (error) {
    // The cause is left out: it quotes the text.
    throw new UnreadableYaml(
      error instanceof ReferenceError && error.message.startsWith("Excessive")
        ? "its aliases stand for too much"
        : "an alias has no anchor before it; put a text that begins with * in quotes",
    );
  }
}

/** What is wrong at the place of an error, in words. */
export function wordsOf(code: ErrorCode): string {
  return WORDS[code] ?? "something stands where it can't";
}

/** https://eemeli.org/yaml/#errors */
const WORDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: "an alias has an anchor or a tag",
  BAD_ALIAS: "an alias has no name",
  BAD_DQ_ESCAPE: "a backslash in double quotes has no meaning; write \\\\",
  BAD_INDENT: "the indentation does not fit what is above",
  BAD_PROP_ORDER: "an anchor or a tag stands in the wrong place",
  BAD_SCALAR_START: "a text begins with a character that YAML keeps; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a map within a line; put a text with a colon in quotes",
  BLOCK_IN_FLOW: "an indented list or map within brackets",
  DUPLICATE_KEY: "the key is there already in its map",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  MISSING_CHAR: "a colon, comma, bracket or quote is missing",
  MULTILINE_IMPLICIT_KEY: "a key goes over several lines",
  MULTIPLE_ANCHORS: "a value has two anchors",
  MULTIPLE_DOCS: "there are several documents",
  MULTIPLE_TAGS: "a value has two tags",
  NON_STRING_KEY: "a key is not a text; put it in quotes",
  TAB_AS_INDENT: "a tab is used for the indentation; use spaces",
  TAG_RESOLVE_FAILED:
    "a tag that is not known, or a number that can't be kept exactly; put it in quotes",
};

function measure(tokens: readonly CST.Token[]): void {
  let anchors = 0;
  let level = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAXIMUM_DEPTH) throw new UnreadableYaml("is nested too deeply");
    for (const token of level) {
      if (isLong(token)) throw new UnreadableYaml("has a map or list of more than 5000 entries");
      if (isLarge(token)) throw new UnreadableYaml("has a text of more than 2 MiB");
      anchors += anchorsIn(token);
    }
    if (anchors > MAXIMUM_ANCHORS) throw new UnreadableYaml("has more than 1000 anchors");
    level = level.flatMap(childrenOf);
  }
}

function isLong(token: CST.Token): boolean {
  return "items" in token && token.items.length > MAXIMUM_ENTRIES;
}

function isLarge(token: CST.Token): boolean {
  return "source" in token && token.source.length > MAXIMUM_SCALAR;
}

/** An anchor is among what stands before a key or a value. */
function anchorsIn(token: CST.Token): number {
  const items = "items" in token ? token.items : [];
  return items.flatMap(({ start, sep = [] }) => [...start, ...sep]).filter(isAnchor).length;
}

function isAnchor({ type }: CST.SourceToken): boolean {
  return type === "anchor";
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  const parts = "items" in token ? token.items.flatMap(({ key, value }) => [key, value]) : [];
  const root = token.type === "document" ? [token.value] : [];
  return [...parts, ...root].filter((part) => part !== undefined && part !== null);
}

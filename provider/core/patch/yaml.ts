import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { isObject, type Json, type JsonObject } from "../manifest";
import { composeDocuments, UnreadableYaml, wordsOf } from "../yaml";
import { PatchError } from "./error";
import { isList } from "./record";
import { type Dialect, readScalar, type ScalarValue } from "./scalar";

const maximumLength = 1024 * 1024;
const maximumNodes = 100_000;
const maximumDepth = 200;

/**
 * Reads the text of a patch, YAML or JSON: its documents without the empty ones.
 * A list is read as a JSON patch (YAML 1.1 booleans), anything else as kustomize reads objects.
 *
 * @param targeted whether the patch has a target: kustomize then takes a null label for the text "null"
 */
export function parsePatchText(text: string, targeted = false): readonly Json[] {
  const lines = new LineCounter();
  return parseDocuments(text, lines)
    .map((document) => {
      const dialect = isSeq(document.contents) ? "yaml1.1" : "kyaml";
      if (dialect === "kyaml") quoteMetadata(document, targeted);
      return new Reader(dialect, lines).read(document.contents);
    })
    .filter((value) => value !== null);
}

function parseDocuments(text: string, lines: LineCounter): readonly Document[] {
  if (text.length > maximumLength)
    throw new PatchError({ reason: "the patch is larger than 1 MiB" });
  const documents = compose(text, lines);
  for (const error of documents.flatMap((document) => document.errors)) {
    throw refuse(lines, error.pos[0], `is not YAML: ${wordsOf(error.code)}`);
  }
  return documents;
}

function compose(text: string, lines: LineCounter): readonly Document[] {
  try {
    // Scalars stay text (failsafe): the dialects of Go are applied while reading.
    return composeDocuments(text, lines, {
      schema: "failsafe",
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    });
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    throw new PatchError({ reason: `the patch ${error.message}` });
  }
}

/** Labels and annotations are texts, whatever they look like: kustomize writes `true` as "true". */
function quoteMetadata(document: Document, targeted: boolean): void {
  for (const field of ["labels", "annotations"]) {
    const map: unknown = document.getIn(["metadata", field], true);
    for (const { value } of isMap(map) ? map.items : []) {
      if (!isScalar(value) || value.type !== "PLAIN") continue;
      const isNull = readScalar(value.source ?? "", "kyaml") === null;
      if (targeted || !isNull) value.type = "QUOTE_DOUBLE";
    }
  }
}

function refuse(lines: LineCounter, offset: number | undefined, problem: string): PatchError {
  const { line, col } = lines.linePos(offset ?? 0);
  return new PatchError({ reason: `line ${String(line)}, column ${String(col)} ${problem}` });
}

type Entries = readonly (readonly [string, Json | undefined])[];

/** Turns one document into plain values. */
class Reader {
  private readonly dialect: Dialect;
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, Node>();
  private nodes = 0;
  private depth = 0;

  constructor(dialect: Dialect, lines: LineCounter) {
    this.dialect = dialect;
    this.lines = lines;
  }

  read(node: unknown): Json {
    if (node === null || node === undefined) return null;
    this.nodes += 1;
    // Aliases are expanded here, so this is also what stops a "billion laughs" document.
    if (this.nodes > maximumNodes) throw this.refuse(node, "makes the patch too large");
    if (this.depth > maximumDepth) throw this.refuse(node, "is nested too deeply");
    this.depth += 1;
    const value = this.readNode(node);
    this.depth -= 1;
    return value;
  }

  private readNode(node: unknown): Json {
    if (isAlias(node)) return this.read(this.resolve(node));
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.anchors.set(node.anchor, node);
    }
    if (isScalar(node)) return this.readScalar(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    if (isMap(node)) return this.readMap(node);
    throw this.refuse(node, "is not supported");
  }

  private resolve(alias: Alias): Node {
    const node = this.anchors.get(alias.source);
    if (node === undefined) throw this.refuse(alias, "has no anchor before it");
    return node;
  }

  private readScalar(node: Scalar): ScalarValue {
    const text = String(node.value);
    const tag = node.tag?.replace("tag:yaml.org,2002:", "!!");
    if (tag === "!!str" || (tag === undefined && node.type !== "PLAIN")) return text;
    if (tag !== undefined && !["!!int", "!!float", "!!bool", "!!null"].includes(tag)) {
      throw this.refuse(node, "has a tag that is not supported");
    }
    const value = readScalar(text, this.dialect);
    if (value === undefined) {
      throw this.refuse(node, "is a number that cannot be kept exactly; put it in quotes");
    }
    return value;
  }

  private readMap(map: YAMLMap): JsonObject {
    const own = new Map<string, Json>();
    let merged: Entries = [];
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") {
        merged = this.readMerge(value);
        continue;
      }
      const name = this.readKey(key);
      if (own.has(name)) throw this.refuse(key, "repeats a key of its map");
      own.set(name, this.read(value));
    }
    const inherited = merged.filter(([name]) => !own.has(name));
    return Object.fromEntries([...inherited, ...own]);
  }

  /** `<<` takes a map or a list of maps, of which the first one wins. */
  private readMerge(value: unknown): Entries {
    const source = this.read(value);
    const maps = isList(source) ? source.toReversed() : [source];
    return maps.flatMap((map) => {
      if (!isObject(map)) throw this.refuse(value, "is merged with << and is no map");
      return Object.entries(map);
    });
  }

  private readKey(key: unknown): string {
    const node = isAlias(key) ? this.resolve(key) : key;
    if (!isScalar(node)) throw this.refuse(key, "is a key that is not a text");
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (this.dialect === "kyaml") return String(node.value);
    const value = this.readScalar(node);
    if (value === null) throw this.refuse(key, "is a key without a name");
    return String(value);
  }

  private refuse(node: unknown, problem: string): PatchError {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : null;
    return refuse(this.lines, range?.[0], problem);
  }
}

import { escape, hasLines, quote } from "../literal";
import type { Dialect } from "./dialect";
import { print, type Doc, type Group } from "./layout";

const LAYOUT = { indent: "    ", width: 88 };

/** https://docs.python.org/3/reference/lexical_analysis.html#keywords, those in lower case */
const KEYWORDS: readonly string[] = (
  "and as assert async await break class continue def del elif else except finally for from global if import in is " +
  "lambda nonlocal not or pass raise return try while with yield"
).split(" ");

/** The name of a property in Python, as Pulumi's generator makes it: `network_policy`, `class_`. */
export function pythonName(name: string): string {
  const snake = name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return KEYWORDS.includes(snake) ? `${snake}_` : snake;
}

/** Everything that means something in triple quotes, and all that can't be seen but line ends. */
const SPECIAL = /\\|"""|"$|[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu;

function literal(value: string): string {
  if (!hasLines(value)) return quote(value);
  const body = value.replace(SPECIAL, (found) => (found === '"""' ? '\\"\\"\\"' : escape(found)));
  return `"""\\\n${body}"""`;
}

function call(name: string, properties: readonly (readonly [string, Doc])[]): Group {
  const entries = properties.map(([key, value]) => ({ label: `${pythonName(key)}=`, value }));
  return { open: `flux.${name}(`, entries, close: ")" };
}

/** Values in Python; words are plain strings. */
export const python: Dialect = {
  text: literal,
  flag: (value) => (value ? "True" : "False"),
  word: (_type, _name, value) => literal(value),
  list: (_item, items) => ({
    open: "[",
    entries: items.map((value) => ({ label: "", value })),
    close: "]",
  }),
  map: (entries) => ({
    open: "{",
    entries: entries.map(([key, value]) => ({ label: `${quote(key)}: `, value })),
    close: "}",
  }),
  object: (type, properties) => call(`${type}Args`, properties),
};

/** A program with the args. */
export function pythonProgram(args: Group): string {
  const resource: Group = {
    open: "flux.FluxInstance(",
    entries: [{ label: "", value: '"flux"' }, ...args.entries],
    close: ")",
  };
  return `import pulumi_flux_instance as flux\n\n${print(resource, LAYOUT)}\n`;
}

import { escape, hasLines, quote, type Astral } from "../literal";
import type { Dialect, Named } from "./dialect";
import { print, type Group } from "./layout";

const LAYOUT = { indent: "  ", width: 80 };

const braced: Astral = (hex) => `\\u{${hex}}`;

/** Everything that means something in a template literal, and all that can't be seen but line ends. */
const SPECIAL = /[\\`]|\$\{|[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu;

/** A template literal; the backslash after the first backtick joins the lines. */
function template(value: string): string {
  const body = value.replace(SPECIAL, (found) =>
    ["`", "${", "\\"].includes(found) ? `\\${found}` : escape(found, braced),
  );
  return `\`\\\n${body}\``;
}

function literal(value: string): string {
  return hasLines(value) ? template(value) : quote(value, braced);
}

/** `__proto__` as a plain key would set the prototype. */
function keyOf(key: string): string {
  if (key === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key, braced);
}

function object(properties: readonly Named[]): Group {
  const entries = properties.map(([key, value]) => ({ label: `${keyOf(key)}: `, value }));
  return { open: "{", entries, close: "}", padding: " " };
}

/** Values in TypeScript; words are plain strings. */
export const typescript: Dialect = {
  text: literal,
  flag: String,
  word: (_type, _name, value) => literal(value),
  list: (_item, items) => ({
    open: "[",
    entries: items.map((value) => ({ label: "", value })),
    close: "]",
  }),
  map: object,
  object: (_type, properties) => object(properties),
};

/** A program with the args. */
export function typescriptProgram(args: Group): string {
  const before = 'new flux.FluxInstance("flux", ';
  return [
    'import * as flux from "pulumi-flux-instance";',
    "",
    `${before}${print(args, LAYOUT, 0, `${before});`)});`,
    "",
  ].join("\n");
}

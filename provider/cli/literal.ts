/**
 * What ends or escapes a string, and what can't be seen in an editor: control and format characters, unassigned and
 * private ones, and line separators. https://www.unicode.org/reports/tr44/#General_Category_Values
 */
const SPECIAL = /["\\\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** How a language writes a code point beyond U+FFFF. */
export type Astral = (hex: string) => string;

/** `\U0001f600`, as Go, Python and YAML write it. */
export const longAstral: Astral = (hex) => `\\U${hex.padStart(8, "0")}`;

/** The escape of one character in a double-quoted string: `\n`, `\"`, `\u00a0`. */
export function escape(character: string, astral: Astral = longAstral): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return SHORT[character] ?? (hex.length > 4 ? astral(hex) : `\\u${hex.padStart(4, "0")}`);
}

/** A double-quoted string, the same in Go, Python and YAML, and but for astral characters in JavaScript. */
export function quote(text: string, astral: Astral = longAstral): string {
  return `"${text.replace(SPECIAL, (character) => escape(character, astral))}"`;
}

/** True for a text that reads better on lines of its own. */
export function hasLines(text: string): boolean {
  return text.slice(0, -1).includes("\n");
}

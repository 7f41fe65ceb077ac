import type { Assertion } from "./nfa";

/** Whether a character belongs to a set. */
export type Test = (char: string) => boolean;

type Read =
  | { readonly test: Test; readonly end: number }
  | { readonly assertion: Assertion; readonly end: number }
  | { readonly problem: string };

const perl: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  D: /^[^0-9]$/u,
  w: /^\w$/,
  W: /^\W$/u,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/u,
};
const named: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
const controls: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v" };

/** Reads the escape at the position: `\d`, `\b`, `\.`. */
export function readEscape(pattern: string, start: number): Read {
  const letter = pattern[start + 1];
  const end = start + 2;
  if (letter === undefined) return { problem: `it ends with "\\"` };
  if (letter === "A") return { assertion: (_, at) => at === 0, end };
  if (letter === "z") return { assertion: (text, at) => at === text.length, end };
  if (letter === "b") return { assertion: isWordBoundary, end };
  if (letter === "B") return { assertion: (text, at) => !isWordBoundary(text, at), end };
  const set = Object.hasOwn(perl, letter) ? perl[letter] : undefined;
  if (set !== undefined) return { test: (char) => set.test(char), end };
  const literal = literalOf(letter);
  if (literal === undefined) return { problem: `"\\${letter}" is not supported` };
  return { test: (char) => char === literal, end };
}

/** Reads the class at the position: `[a-z.-]`, `[^[:digit:]]`. */
export function readClass(pattern: string, start: number): Read {
  const negated = pattern[start + 1] === "^";
  const tests: Test[] = [];
  let at = start + (negated ? 2 : 1);
  for (let first = true; first || pattern[at] !== "]"; first = false) {
    const item = readClassItem(pattern, at);
    if ("problem" in item) return item;
    if ("assertion" in item) return { problem: "a class holds an assertion" };
    tests.push(item.test);
    at = item.end;
  }
  return { test: (char) => tests.some((test) => test(char)) !== negated, end: at + 1 };
}

function readClassItem(pattern: string, at: number): Read {
  const posix = /^\[:(\^?)(\w+):\]/.exec(pattern.slice(at));
  if (posix !== null) return readNamed(posix, at);
  const escape = pattern[at] === "\\" ? pattern[at + 1] : undefined;
  if (escape !== undefined && Object.hasOwn(perl, escape)) return readEscape(pattern, at);
  const low = readClassChar(pattern, at);
  if (low === undefined) return { problem: `a "]" is missing or an escape is not supported` };
  if (pattern[low.end] !== "-" || pattern[low.end + 1] === "]") {
    return { test: (char) => char === low.char, end: low.end };
  }
  const high = readClassChar(pattern, low.end + 1);
  if (high === undefined || point(high.char) < point(low.char)) {
    return { problem: "a range of characters is out of order" };
  }
  const test: Test = (char) => point(char) >= point(low.char) && point(char) <= point(high.char);
  return { test, end: high.end };
}

function readNamed([text, negation, name = ""]: RegExpExecArray, at: number): Read {
  const members = Object.hasOwn(named, name) ? named[name] : undefined;
  if (members === undefined) return { problem: `"${text}" is not supported` };
  const set = new RegExp(`^[${negation === "^" ? "^" : ""}${members}]$`, "u");
  return { test: (char) => set.test(char), end: at + text.length };
}

function readClassChar(
  pattern: string,
  at: number,
): { readonly char: string; readonly end: number } | undefined {
  const code = pattern.codePointAt(at);
  if (code === undefined) return undefined;
  const char = String.fromCodePoint(code);
  if (char !== "\\") return { char, end: at + char.length };
  const literal = literalOf(pattern[at + 1] ?? "");
  return literal === undefined ? undefined : { char: literal, end: at + 2 };
}

/** A control character, or a punctuation character that stands for itself. */
function literalOf(letter: string): string | undefined {
  if (Object.hasOwn(controls, letter)) return controls[letter];
  return /^[!-/:-@[-`{-~]$/.test(letter) ? letter : undefined;
}

function isWordBoundary(text: readonly string[], at: number): boolean {
  const isWord = (char = "") => /^\w$/.test(char);
  return isWord(text[at - 1]) !== isWord(text[at]);
}

function point(char: string): number {
  return char.codePointAt(0) ?? 0;
}

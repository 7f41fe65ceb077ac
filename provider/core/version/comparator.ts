import { parseVersion, type Version } from "./version";

/** One operator with its version. `open` is the highest part that was left out or is a wildcard. */
export interface Comparator {
  readonly operator: Operator;
  readonly version: Version;
  readonly open: "none" | "patch" | "minor" | "major";
}

type Operator = "=" | "!=" | ">" | "<" | ">=" | "<=" | "~" | "^";

const operators = new Map<string, Operator>([
  ["", "="],
  ["=", "="],
  ["!=", "!="],
  [">", ">"],
  ["<", "<"],
  [">=", ">="],
  ["=>", ">="],
  ["<=", "<="],
  ["=<", "<="],
  ["~", "~"],
  ["~>", "~"],
  ["^", "^"],
]);

/** Reads an operator and a version that may be partial (`2.9`, `2.x`, `*`). */
export function readComparator(operator: string, text: string): Comparator | undefined {
  const known = operators.get(operator);
  const open = openPart(text);
  const version = parseVersion(open === "none" ? text : withZeros(text, open));
  if (known === undefined || version === undefined) return undefined;
  return { operator: known, version, open };
}

function openPart(text: string): Comparator["open"] {
  const [major, minor, patch] = numbers(text);
  if (isWildcard(major)) return "major";
  if (isWildcard(minor)) return "minor";
  return isWildcard(patch) ? "patch" : "none";
}

/** What follows a wildcard is ignored, except a pre-release, which asks for pre-releases. */
function withZeros(text: string, open: Comparator["open"]): string {
  const [major = "0", minor = "0"] = numbers(text);
  const prerelease = /^[^+-]*(-[^+]*)/.exec(text)?.[1] ?? "";
  if (open === "major") return `0.0.0${prerelease}`;
  return `${major}.${open === "minor" ? "0" : minor}.0${prerelease}`;
}

function numbers(text: string): readonly string[] {
  return (/^v?([^+-]*)/.exec(text)?.[1] ?? "").split(".");
}

function isWildcard(part: string | undefined): boolean {
  return part === undefined || part === "x" || part === "X" || part === "*";
}

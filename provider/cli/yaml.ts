import { isObject, type Json, type JsonObject } from "../core/manifest";
import { hasLines, quote } from "./literal";

/**
 * Prints a JSON value as YAML that every reader, of YAML 1.1 or 1.2, reads as that value: no anchors, no folding, and
 * quotes around all that some reader takes for a number, a boolean, a date, null or a merge key. The `yaml` package
 * can print this too, but takes longer than rendering does.
 */
export function printYaml(value: Json): string {
  return `${isNested(value) ? block(value, 0) : scalar(value, 0)}\n`;
}

type Nested = JsonObject | readonly Json[];

function isNested(value: Json | undefined): value is Nested {
  if (Array.isArray(value)) return value.length > 0;
  if (!isObject(value)) return false;
  // The first key decides; a list of all the values would take longer than the rest of printing.
  for (const key in value) if (value[key] !== undefined) return true;
  return false;
}

/** Lines of a map or list that is not empty; the first one continues what stands before it. */
function block(value: Nested, indent: number): string {
  const margin = `\n${" ".repeat(indent)}`;
  if (isList(value)) return value.map((item) => `- ${listItem(item, indent)}`).join(margin);
  return Object.entries(value)
    .flatMap(([key, entry]) =>
      entry === undefined ? [] : [`${text(key)}:${mapValue(entry, indent)}`],
    )
    .join(margin);
}

function listItem(item: Json, indent: number): string {
  return isNested(item) ? block(item, indent + 2) : scalar(item, indent);
}

/** A list stands at the indentation of its key, as kubectl prints it. */
function mapValue(value: Json, indent: number): string {
  if (!isNested(value)) return ` ${scalar(value, indent)}`;
  const inner = isList(value) ? indent : indent + 2;
  return `\n${" ".repeat(inner)}${block(value, inner)}`;
}

function scalar(value: Json, indent: number): string {
  if (typeof value === "string") return isLiteral(value) ? literal(value, indent + 2) : text(value);
  if (isList(value)) return "[]";
  if (isObject(value)) return "{}";
  // YAML 1.1 takes an exponent without a fraction for text.
  return JSON.stringify(value).replace(/^(-?\d+)e/, "$1.0e");
}

/** Starts like no number, date or indicator; has no `: `, ` #` or space at an end. */
const PLAIN = /^[A-Za-z_/](?:[!-"$-9;-~]|:(?=[!-~])|(?<=[!-~])#| (?=[!-"$-~]))*$/;
const UNIT = /^\d+(?:[KMGT]i|m|s|ms)$/;
/** Words that mean a boolean, null or a number to some reader. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|inf|nan)$/i;

function text(value: string): string {
  const plain = (PLAIN.test(value) && !WORD.test(value)) || UNIT.test(value);
  return plain ? value : quote(value);
}

const UNSAFE_IN_LINES = /[^\n\t\P{C}]|[\p{Zl}\p{Zp}]|^ *\t|^ +$/mu;

/** True for a text of lines, none of them of spaces only or with a tab in its indentation, the first one not indented. */
function isLiteral(value: string): boolean {
  return hasLines(value) && !/^[ \n]/.test(value) && !UNSAFE_IN_LINES.test(value);
}

function literal(value: string, indent: number): string {
  const keep = value.endsWith("\n\n") ? "+" : "";
  const chomping = value.endsWith("\n") ? keep : "-";
  const body = chomping === "-" ? value : value.slice(0, -1);
  const lines = body.split("\n").map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`));
  return `|${chomping}\n${lines.join("\n")}`;
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

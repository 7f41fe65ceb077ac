// How a plain YAML scalar reads: kustomize uses go.yaml.in/yaml/v3 for strategic merge patches, and
// for JSON patches sigs.k8s.io/yaml, which adds the booleans of YAML 1.1.
import { readTimestamp } from "./timestamp";

/** What a scalar stands for. */
export type ScalarValue = null | boolean | number | string;

/** Whose scalars apply: `kyaml` for strategic merge patches, `yaml1.1` for JSON patches. */
export type Dialect = "kyaml" | "yaml1.1";

const nulls: readonly string[] = ["", "~", "null", "Null", "NULL"];
const trues: readonly string[] = ["true", "True", "TRUE"];
const falses: readonly string[] = ["false", "False", "FALSE"];
const yaml11Trues: readonly string[] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
const yaml11Falses: readonly string[] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];
const infinite = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** The value of a plain scalar; undefined for a number that JSON cannot hold exactly. */
export function readScalar(text: string, dialect: Dialect): ScalarValue | undefined {
  if (nulls.includes(text)) return null;
  if (trues.includes(text) || (dialect === "yaml1.1" && yaml11Trues.includes(text))) return true;
  if (falses.includes(text) || (dialect === "yaml1.1" && yaml11Falses.includes(text))) return false;
  if (infinite.test(text)) return undefined;
  return (dialect === "kyaml" ? readTimestamp(text) : undefined) ?? readNumber(text);
}

/** The number that a scalar stands for; undefined when it cannot be held; else the text. */
function readNumber(text: string): ScalarValue | undefined {
  if (!/^[-+.\d]/.test(text)) return text;
  const digits = text.replaceAll("_", "");
  const integer = readInteger(digits);
  if (integer !== undefined) return Number.isSafeInteger(integer) ? integer : undefined;
  if (!float.test(digits)) return text;
  const number = Number(digits);
  return Number.isFinite(number) ? number : undefined;
}

/** Go's `strconv.ParseInt` with base 0: a leading zero means octal. */
function readInteger(digits: string): number | undefined {
  const match = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/.exec(
    digits,
  );
  if (match === null) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const magnitude = parseDigits(hexadecimal, 16) ?? parseDigits(binary, 2) ?? parseDigits(octal, 8);
  const value = magnitude ?? Number(decimal);
  return sign === "-" && value !== 0 ? -value : value;
}

function parseDigits(digits: string | undefined, base: number): number | undefined {
  return digits === undefined ? undefined : Number.parseInt(digits, base);
}

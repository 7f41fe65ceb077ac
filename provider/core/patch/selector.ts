// Label selectors, for labels and annotations.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
import { PatchError } from "./error";

/** One requirement of a selector; all of them must hold. */
export type Requirement =
  | { readonly key: string; readonly test: "exists" | "absent" }
  | { readonly key: string; readonly test: "in" | "notin"; readonly values: readonly string[] }
  | { readonly key: string; readonly test: "above" | "below"; readonly bound: bigint };

/** A parsed selector. An empty one matches everything. */
export type Selector = readonly Requirement[];

const maximumLength = 4096;
const token = /[\t\n\r ]*(!=|==|[=!()<>,]|[^\t\n\r =!()<>,]+)/y;

/** Reads a selector such as `app=a, tier in (x, y), !canary`. */
export function parseSelector(text: string): Selector {
  if (text.length > maximumLength) throw refuse(text.slice(0, 80), "it is too long");
  const [first, ...rest] = splitRequirements(readTokens(text), text);
  if (first === undefined || (first.length === 0 && rest.length === 0)) return [];
  return [first, ...rest].map((requirement) => readRequirement(requirement, text));
}

/** True when the labels (or annotations) satisfy every requirement. */
export function matchesSelector(
  selector: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector.every((requirement) => {
    const { key } = requirement;
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (requirement.test) {
      case "exists":
        return value !== undefined;
      case "absent":
        return value === undefined;
      case "in":
        return value !== undefined && requirement.values.includes(value);
      case "notin":
        return value === undefined || !requirement.values.includes(value);
      case "above":
        return isInteger(value) && BigInt(value) > requirement.bound;
      case "below":
        return isInteger(value) && BigInt(value) < requirement.bound;
    }
  });
}

function readTokens(text: string): readonly string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    tokens.push(match[1] ?? "");
  }
  return tokens;
}

/** Splits at the commas outside of parentheses. */
function splitRequirements(tokens: readonly string[], text: string): readonly string[][] {
  const requirements: string[][] = [[]];
  let inside = false;
  for (const item of tokens) {
    if (item === "(" || item === ")") {
      if (inside === (item === "(")) throw refuse(text, `"${item}" is out of place`);
      inside = item === "(";
    }
    if (item === "," && !inside) requirements.push([]);
    else requirements.at(-1)?.push(item);
  }
  if (inside) throw refuse(text, `a ")" is missing`);
  return requirements;
}

function readRequirement(tokens: readonly string[], text: string): Requirement {
  const negated = tokens[0] === "!";
  const [key, operator, ...operands] = negated ? tokens.slice(1) : tokens;
  if (key === undefined || !isWord(key)) throw refuse(text, "a label name is missing");
  if (!isLabelName(key)) throw refuse(text, `"${key}" is not a label name`);
  if (operator === undefined) return { key, test: negated ? "absent" : "exists" };
  if (negated) throw refuse(text, `"${operator}" cannot follow "!${key}"`);
  switch (operator) {
    case "=":
    case "==":
      return { key, test: "in", values: [readValue(operands, text)] };
    case "!=":
      return { key, test: "notin", values: [readValue(operands, text)] };
    case "in":
    case "notin":
      return { key, test: operator, values: readValues(operands, text) };
    case ">":
    case "<":
      return { key, test: operator === ">" ? "above" : "below", bound: readBound(operands, text) };
    default:
      throw refuse(text, `"${operator}" is not one of =, ==, !=, in, notin, <, >`);
  }
}

function readValue(operands: readonly string[], text: string): string {
  const [value = "", ...rest] = operands;
  if (rest.length > 0 || (value !== "" && !isWord(value))) {
    throw refuse(text, `"${operands.join(" ")}" is not one value`);
  }
  return checkValue(value, text);
}

function readValues(operands: readonly string[], text: string): readonly string[] {
  if (operands[0] !== "(" || operands.at(-1) !== ")") {
    throw refuse(text, "the values of in and notin stand in parentheses");
  }
  const [first, ...rest] = splitRequirements(operands.slice(1, -1), text);
  return [first ?? [], ...rest].map((value) => readValue(value, text));
}

function readBound(operands: readonly string[], text: string): bigint {
  const value = readValue(operands, text);
  if (!isInteger(value)) throw refuse(text, "< and > compare with a whole number");
  return BigInt(value);
}

function checkValue(value: string, text: string): string {
  const valid = value.length <= 63 && /^(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?$/.test(value);
  if (!valid) throw refuse(text, `"${value}" is not a label value`);
  return value;
}

/** `[prefix/]name`: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function isLabelName(key: string): boolean {
  const [name = "", prefix, more] = key.split("/").reverse();
  const validPrefix =
    prefix === undefined ||
    (prefix.length <= 253 &&
      /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(prefix));
  const validName = name.length <= 63 && /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/.test(name);
  return more === undefined && validPrefix && validName;
}

function isWord(item: string): boolean {
  return !/^[=!()<>,]/.test(item);
}

function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^-?\d{1,18}$/.test(value);
}

function refuse(text: string, problem: string): PatchError {
  return new PatchError({
    reason: `"${text}" is not a selector: ${problem}; write for example "app=a, tier in (x, y)"`,
  });
}

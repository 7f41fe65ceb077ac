import { isObject, type JsonObject } from "../../../provider/core/manifest";
import { child, pluck, text } from "./identity";

type Step =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly where: readonly string[]; readonly value: string };

/** One condition of the annotation `pulumi.com/waitFor`. */
export interface Wait {
  readonly text: string;
  readonly holds: (object: JsonObject) => boolean;
}

/** Reads the annotation: one expression, or a JSON list of them. All must hold. */
export function parseWaitFor(value: string): readonly Wait[] {
  const expressions = list(value);
  if (expressions.length === 0) throw new Error("pulumi.com/waitFor: expected a condition");
  return expressions.map(parseOne);
}

function list(value: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === "string")
      ? parsed
      : [value];
  } catch {
    return [value];
  }
}

function parseOne(expression: string): Wait {
  if (expression.startsWith("jsonpath=")) return parseJsonPath(expression);
  if (expression.startsWith("condition=")) return parseCondition(expression);
  throw new Error(
    `pulumi.com/waitFor: expected a "jsonpath=" or "condition=" prefix, got "${expression}"`,
  );
}

function parseCondition(expression: string): Wait {
  const [, type = "", ...rest] = expression.split("=");
  const status = rest.length === 0 ? "True" : rest.join("=");
  const holds = (object: JsonObject): boolean =>
    conditionsOf(object).some((item) => item["type"] === type && item["status"] === status);
  return { text: expression, holds: (object) => isObserved(object) && holds(object) };
}

/** The `status.conditions` of an object. */
export function conditionsOf(object: JsonObject): readonly JsonObject[] {
  const conditions = child(object, "status")["conditions"];
  return Array.isArray(conditions) ? conditions.filter(isObject) : [];
}

/** False while the status still tells of an older generation. */
export function isObserved(object: JsonObject): boolean {
  const generation = pluck(object, "metadata", "generation");
  const observed = pluck(object, "status", "observedGeneration");
  return typeof generation !== "number" || typeof observed !== "number" || observed >= generation;
}

function parseJsonPath(expression: string): Wait {
  const match = /^jsonpath=\{\s*\$?(.*?)\s*\}(?:=(.*))?$/.exec(expression);
  const [, path, value] = match ?? [];
  if (path === undefined || value === "") {
    throw new Error(`pulumi.com/waitFor: expected jsonpath={.path} or =value, got "${expression}"`);
  }
  const steps = parseSteps(path, expression);
  const holds = (object: JsonObject): boolean => {
    const [found] = select(object, steps);
    return found !== undefined && (value === undefined || printed(found) === value);
  };
  return { text: expression, holds: (object) => isObserved(object) && holds(object) };
}

function printed(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    throw new Error("pulumi.com/waitFor: the path selects an object or a list, not a plain value");
  }
  return String(value);
}

const step =
  /^(?:\.([\w-]+|\*)|\['([^']*)'\]|\[(\d+|\*)\]|\[\?\(@((?:\.[\w-]+)+)\s*==\s*["']([^"']*)["']\)\])/;

function parseSteps(path: string, expression: string): readonly Step[] {
  if (path === "") return [];
  const match = step.exec(path);
  if (match === null) throw new Error(`pulumi.com/waitFor: cannot read "${expression}"`);
  const [whole, key, quoted, index, where, value = ""] = match;
  const rest = parseSteps(path.slice(whole.length), expression);
  if (key === "*" || index === "*") return [{ all: true }, ...rest];
  if (index !== undefined) return [{ index: Number(index) }, ...rest];
  if (where !== undefined) return [{ where: where.slice(1).split("."), value }, ...rest];
  return [{ key: quoted ?? key ?? "" }, ...rest];
}

function select(value: unknown, steps: readonly Step[]): readonly unknown[] {
  return steps.reduce<readonly unknown[]>(
    (found, next) => found.flatMap((item) => apply(item, next)),
    [value],
  );
}

function apply(value: unknown, next: Step): readonly unknown[] {
  const items: readonly unknown[] = Array.isArray(value)
    ? (value as readonly unknown[])
    : isObject(value)
      ? Object.values(value)
      : [];
  if ("all" in next) return items;
  if ("where" in next) {
    return items.filter((item) => text(pluck(item, ...next.where)) === next.value);
  }
  const found =
    "index" in next
      ? Array.isArray(value)
        ? items[next.index]
        : undefined
      : pluck(value, next.key);
  return found === undefined ? [] : [found];
}

import { isObject } from "../manifest";
import { isToken } from "../opaque";
import type { Problem } from "../problem";

/** An opaque value in a place that decides which objects exist. */
export interface Undecided {
  readonly path: string;
  readonly token: string;
}

/** What reading collects besides the value. */
export interface Findings {
  readonly problems: Problem[];
  readonly undecided: Undecided[];
}

/** Reads one value; answers undefined where it is absent, wrong or undecided, and says so in the findings. */
export type Reader<T> = (value: unknown, path: string, findings: Findings) => T | undefined;

type Fields<T> = { readonly [K in keyof Required<T>]: Reader<Exclude<T[K], undefined>> };

const PRINTABLE = 80;

/** A value for an error message, cut where it is long; what is opaque is not shown. */
export function printValue(value: unknown): string {
  const shown = (_key: string, entry: unknown) => (isToken(entry) ? "[secret or unknown]" : entry);
  const text = JSON.stringify(value, shown) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > PRINTABLE ? `${text.slice(0, PRINTABLE)}…` : text;
}

/** `parent.key`, with brackets where the key is no plain name. */
export function join(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The value when it is as expected; else undefined and a problem. */
function expecting<T>(
  expected: string,
  fitting: T | undefined,
  given: unknown,
  path: string,
  findings: Findings,
): T | undefined {
  if (fitting === undefined) {
    findings.problems.push({ path, reason: `expected ${expected}, got ${printValue(given)}` });
  }
  return fitting;
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function decided<T>(read: Reader<T>): Reader<T> {
  return (value, path, findings) => {
    if (value === undefined || value === null) return undefined;
    if (!isToken(value)) return read(value, path, findings);
    findings.undecided.push({ path, token: value });
    return undefined;
  };
}

/** A string that decides which objects exist: it can be neither unknown nor secret. */
export const decidingText: Reader<string> = decided((value, path, findings) =>
  expecting("a string", textIn(value), value, path, findings),
);

/** A string that only fills a field: a token passes. */
export const text: Reader<string> = (value, path, findings) =>
  value === undefined || value === null
    ? undefined
    : expecting("a string", textIn(value), value, path, findings);

export const flag: Reader<boolean> = decided((value, path, findings) => {
  const fitting = typeof value === "boolean" ? value : undefined;
  return expecting("true or false", fitting, value, path, findings);
});

/** One of the listed words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return decided((value, path, findings) => {
    const word = words.find((candidate) => candidate === value);
    return expecting(`one of ${words.join(", ")}`, word, value, path, findings);
  });
}

export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return decided((value, path, findings) => {
    const items = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
    return expecting("a list", items, value, path, findings)?.flatMap((entry, index) => {
      const read = present(item)(entry, `${path}[${index}]`, findings);
      return read === undefined ? [] : [read];
    });
  });
}

/** A map of strings whose keys are known. */
export const textMap: Reader<Readonly<Record<string, string>>> = (value, path, findings) => {
  if (value === undefined || value === null) return undefined;
  const map = expecting(
    "a map of strings",
    isObject(value) ? value : undefined,
    value,
    path,
    findings,
  );
  if (map === undefined) return undefined;
  const entries = Object.entries(map).flatMap(([key, entry]) => {
    const read = present(text)(entry, join(path, key), findings);
    return read === undefined ? [] : [[key, read] as const];
  });
  return Object.fromEntries(entries);
};

/** An entry of a list or map, where null is no value. */
function present<T>(read: Reader<T>): Reader<T> {
  return (value, path, findings) =>
    value === null
      ? expecting<T>("a value", undefined, value, path, findings)
      : read(value, path, findings);
}

/** The value, or a default where it is absent. */
export function withDefault<T>(read: Reader<T>, value: T): Reader<T> {
  return (given, path, findings) =>
    given === undefined || given === null ? value : read(given, path, findings);
}

/** The value; its absence is a problem with the given remedy. */
export function required<T>(read: Reader<T>, remedy: string): Reader<T> {
  return (given, path, findings) => {
    if (given !== undefined && given !== null) return read(given, path, findings);
    findings.problems.push({ path, reason: `is required: ${remedy}` });
    return undefined;
  };
}

/** Reads an opaque value by one reader and everything else by another. */
export function opaqueOr<T>(opaque: (token: string) => T, read: Reader<T>): Reader<T> {
  return (value, path, findings) => (isToken(value) ? opaque(value) : read(value, path, findings));
}

/**
 * An object with exactly these fields. A field that could not be read is left out of the result: the findings say
 * why, and nobody uses a result with findings.
 */
export function object<T extends object>(fields: Fields<T>): Reader<T> {
  return decided<T>((value, path, findings) => {
    const given = expecting(
      "an object",
      isObject(value) ? value : undefined,
      value,
      path,
      findings,
    );
    if (given === undefined) return undefined;
    reportUnknown(Object.keys(given), Object.keys(fields), path, findings);
    const entries = (Object.keys(fields) as (keyof T & string)[]).flatMap((key) => {
      const entry = fields[key](given[key], join(path, key), findings);
      return entry === undefined ? [] : [[key, entry] as const];
    });
    return Object.fromEntries(entries) as T;
  });
}

function reportUnknown(
  given: readonly string[],
  known: readonly string[],
  path: string,
  findings: Findings,
): void {
  for (const key of given.filter((candidate) => !known.includes(candidate))) {
    const reason = `is no property here; known are ${known.join(", ")}`;
    findings.problems.push({ path: join(path, key), reason });
  }
}

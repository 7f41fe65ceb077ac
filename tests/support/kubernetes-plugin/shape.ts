import { isDeepStrictEqual } from "node:util";

import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { child, isBuiltIn, isCrd, text } from "./identity";
import { isQuantityPath, sameQuantity } from "./quantity";

type Path = readonly (string | number)[];

function sort(value: Json): string {
  return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

/** The part of a live object whose fields the inputs also have; list items go by position. */
export function prune(live: JsonObject, inputs: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(live).flatMap(([key, value]) => {
      const input = inputs[key];
      if (value === undefined || input === undefined) return [];
      return [[key, pruneValue(value, input)] as const];
    }),
  );
}

function pruneValue(live: Json, input: Json): Json {
  if (isObject(live) && isObject(input)) return prune(live, input);
  if (Array.isArray(live) && Array.isArray(input)) {
    return pruneList(live as readonly Json[], input as readonly Json[]);
  }
  return live;
}

function pruneList(live: readonly Json[], inputs: readonly Json[]): Json {
  const [first, firstInput] = [live[0], inputs[0]];
  if (first === undefined || firstInput === undefined) return [];
  if (sort(first) !== sort(firstInput)) return live;
  return live.slice(0, inputs.length).map((item, i) => pruneValue(item, inputs[i] ?? null));
}

const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** The object without the keys. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The object without the metadata that only the API server writes. */
export function withoutReadOnly(object: JsonObject): JsonObject {
  if (object["metadata"] === undefined) return object;
  return { ...object, metadata: without(child(object, "metadata"), ...readOnly) };
}

/** `data` of a Secret as the API server keeps it: `stringData` wins and is encoded. */
function secretData(secret: JsonObject): JsonObject {
  const entries = Object.entries(child(secret, "stringData")).map(
    ([key, value]) => [key, encode(value)] as const,
  );
  return { ...child(secret, "data"), ...Object.fromEntries(entries) };
}

function encode(value: Json | undefined): string {
  return Buffer.from(text(value)).toString("base64");
}

/** Inputs in the form in which the API server returns them, for comparison only. */
export function normalize(inputs: JsonObject): JsonObject {
  const plain = withoutReadOnly(inputs);
  if (isCrd(plain)) {
    const spec = child(plain, "spec");
    const kept = spec["preserveUnknownFields"] === false ? "preserveUnknownFields" : "";
    return { ...without(plain, "status"), spec: without(spec, kept) };
  }
  if (plain["kind"] !== "Secret" || plain["stringData"] === undefined) return plain;
  return { ...without(plain, "stringData"), data: secretData(plain) };
}

/** True for a value that the API server leaves out of a built-in kind. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  return Array.isArray(value)
    ? value.length === 0
    : isObject(value) && Object.values(value).every((below) => isEmpty(below));
}

/** True when the API server would not tell the two values apart. */
export function means(path: Path, one: Json | undefined, other: Json | undefined): boolean {
  return (
    isDeepStrictEqual(one, other) || (isQuantityPath(path) && sameQuantity(one, other)) || false
  );
}

/**
 * The live object in the shape and spelling of the inputs: what did not drift reads exactly as the
 * user wrote it, so that a refresh reports drift only.
 */
export function respell(live: JsonObject, inputs: JsonObject): JsonObject {
  const pruned = prune(live, normalize(inputs));
  const spelled = respellObject([], pruned, inputs, isBuiltIn(text(inputs["apiVersion"])));
  return inputs["kind"] === "Secret" ? respellSecret(spelled, live, inputs) : spelled;
}

function respellObject(path: Path, live: JsonObject, input: JsonObject, builtIn: boolean) {
  const entries = Object.entries(input).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const found = live[key];
    if (found === undefined) return builtIn && isEmpty(value) ? [[key, value] as const] : [];
    return [[key, respellValue([...path, key], found, value, builtIn)] as const];
  });
  return Object.fromEntries(entries);
}

function respellValue(path: Path, live: Json, input: Json, builtIn: boolean): Json {
  if (means(path, live, input)) return input;
  if (isObject(live) && isObject(input)) return respellObject(path, live, input, builtIn);
  if (!Array.isArray(live) || !Array.isArray(input)) return live;
  const inputs = input as readonly Json[];
  return (live as readonly Json[]).map((item, i) =>
    respellValue([...path, i], item, inputs[i] ?? null, builtIn),
  );
}

function respellSecret(spelled: JsonObject, live: JsonObject, inputs: JsonObject): JsonObject {
  if (inputs["stringData"] === undefined) return spelled;
  const data = child(live, "data");
  const entries = Object.keys(child(inputs, "stringData")).flatMap((key) =>
    data[key] === undefined
      ? []
      : [[key, Buffer.from(text(data[key]), "base64").toString()] as const],
  );
  return { ...spelled, stringData: Object.fromEntries(entries) };
}

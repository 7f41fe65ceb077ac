import { randomBytes } from "node:crypto";

import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { annotation, text } from "./identity";
import { without } from "./shape";
import { markSecrets, revealObject } from "./struct";

// Pulumi property names have no dash: the plugin keeps these CRD fields with underscores in outputs.
const dashed = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const underscores = new Map(dashed.map((key) => [key, key.replaceAll("-", "_")]));
const dashes = new Map(dashed.map((key) => [key.replaceAll("-", "_"), key]));

function rename(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => rename(item, names));
  return isObject(value) ? renameKeys(value, names) : value;
}

function renameKeys(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const entries = Object.entries(object).flatMap(([key, value]) =>
    value === undefined ? [] : [[names.get(key) ?? key, rename(value, names)] as const],
  );
  return Object.fromEntries(entries);
}

/** Properties of a message as a plain Kubernetes object, without secret envelopes. */
export function toObject(properties: JsonObject): JsonObject {
  return renameKeys(revealObject(properties), dashes);
}

/** What is kept of an object between two operations. */
export interface Checkpoint {
  readonly inputs: JsonObject;
  readonly live: JsonObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** The outputs of a resource: the live object and, beside its fields, what a later operation needs. */
export function printCheckpoint(checkpoint: Checkpoint, secrets: JsonObject): JsonObject {
  return {
    ...markSecrets(renameKeys(checkpoint.live, underscores), secrets),
    __inputs: markSecrets(renameKeys(checkpoint.inputs, underscores), secrets),
    __initialApiVersion: checkpoint.initialApiVersion,
    __fieldManager: checkpoint.fieldManager,
  };
}

/** Reads `printCheckpoint`. */
export function parseCheckpoint(state: JsonObject): Checkpoint {
  const object = toObject(state);
  const inputs = object["__inputs"];
  return {
    inputs: isObject(inputs) ? inputs : {},
    live: without(object, "__inputs", "__initialApiVersion", "__fieldManager"),
    initialApiVersion: text(object["__initialApiVersion"]),
    fieldManager: text(object["__fieldManager"]),
  };
}

/** The field manager: the annotation's, else the one in the state, else a new one. */
export function fieldManagerOf(inputs: JsonObject, kept: string, serverSideApply = true): string {
  if (!serverSideApply) return "pulumi-kubernetes";
  const asked = annotation(inputs, "pulumi.com/patchFieldManager");
  if (asked !== "") return asked;
  return kept === "" ? `pulumi-kubernetes-${randomBytes(4).toString("hex")}` : kept;
}

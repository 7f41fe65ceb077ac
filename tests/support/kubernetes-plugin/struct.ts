import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";

// The engine's wire format of special values:
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** What stands in a message for a string that is not known yet. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknowns: ReadonlySet<Json> = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A message's properties as plain JSON; secrets stay in their envelopes. */
export function fromStruct(struct: Struct | undefined): JsonObject {
  return struct === undefined ? {} : struct.toJavaScript();
}

/** Plain JSON, envelopes included, as a message's properties. */
export function toStruct(value: JsonObject): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, never>);
}

/** True for the sentinel of a value that is not known yet. */
export function isUnknown(value: Json | undefined): boolean {
  return value !== undefined && unknowns.has(value);
}

/** True for a value in a secret envelope. */
export function isSecret(value: Json | undefined): value is JsonObject {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Puts a value into a secret envelope; an envelope is left alone. */
export function makeSecret(value: Json): Json {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value: reveal(value) };
}

/** Applies `change` to each value below `value`. */
function mapBelow(value: Json, change: (below: Json) => Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(change);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, below]) =>
      below === undefined ? [] : [[key, change(below)] as const],
    ),
  );
}

/** The value without any secret envelope. */
export function reveal(value: Json): Json {
  return isSecret(value) ? reveal(value["value"] ?? null) : mapBelow(value, reveal);
}

/** `reveal` for an object. */
export function revealObject(value: JsonObject): JsonObject {
  const plain = reveal(value);
  return isObject(plain) ? plain : {};
}

/** True when `test` holds for the value or for something in it. */
function some(value: Json, test: (value: Json) => boolean): boolean {
  if (test(value)) return true;
  const below = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return (below as readonly (Json | undefined)[]).some(
    (item) => item !== undefined && some(item, test),
  );
}

/** True when something in the value is not known yet. */
export function hasUnknown(value: Json): boolean {
  return some(value, isUnknown);
}

/** True when something in the value is secret. */
export function hasSecret(value: Json): boolean {
  return some(value, isSecret);
}

function isSecretObject(value: JsonObject): boolean {
  return value["kind"] === "Secret";
}

/**
 * Copies secretness from inputs to outputs of the same shape. Objects are walked; a list with a
 * secret in it becomes secret as a whole, because its order may change. `data` and `stringData` of a
 * Secret are always secret.
 */
export function markSecrets(outputs: JsonObject, inputs: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, markOne(outputs, key, value, inputs[key])] as const],
    ),
  );
}

function markOne(owner: JsonObject, key: string, value: Json, input: Json | undefined): Json {
  if (isSecretObject(owner) && (key === "data" || key === "stringData")) return makeSecret(value);
  if (input === undefined) return value;
  if (isObject(value) && isObject(input) && !isSecret(input) && !isSecret(value)) {
    return markSecrets(value, input);
  }
  return hasSecret(input) ? makeSecret(value) : value;
}

import { isObject, type Json, type JsonObject } from "../core/manifest";
import { UNKNOWN, type Properties, type State } from "../io/lifecycle/lifecycle";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** The key that marks a special value on the wire, and its mark for a secret. https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/sig/sig.go */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Properties of the wire as plain data. */
export function toProperties(struct: Struct | undefined): Properties {
  const entries = Object.entries((struct?.toJavaScript() ?? {}) as JsonObject).map(
    ([name, value]) => [name, revealed(value ?? null)] as const,
  );
  const known = entries.filter(([, value]) => !holdsUnknown(value));
  const unknown = entries.filter(([, value]) => holdsUnknown(value)).map(([name]) => name);
  return { values: Object.fromEntries(known), unknown: new Set(unknown) };
}

/** A state for the wire; outputs that it lacks are unknown. */
export function toStruct(state: Partial<State>, outputs: readonly string[]): Struct {
  const unknown = Object.fromEntries(outputs.map((name) => [name, UNKNOWN]));
  return Struct.fromJavaScript({ ...unknown, ...state } as Record<string, JavaScriptValue>);
}

/** The value in a secret; the text for "unknown" in an output value that has none. */
function revealed(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(revealed);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return revealed(value["value"] ?? null);
  if (value[SIGNATURE] === OUTPUT)
    return "value" in value ? revealed(value["value"] ?? null) : UNKNOWN;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, revealed(item ?? null)]),
  );
}

function holdsUnknown(value: Json): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsUnknown);
  return isObject(value) && Object.values(value).some((item) => holdsUnknown(item ?? null));
}

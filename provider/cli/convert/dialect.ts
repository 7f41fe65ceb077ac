import { isObject, type Json, type JsonObject } from "../../core/manifest";
import type { Doc, Group } from "./layout";
import { nameOf, resolved, type Schema, type SchemaType } from "./schema";

/** A part with its name: a property, or the key of a map. */
export type Named = readonly [name: string, doc: Doc];

/** How a language writes each kind of value. */
export interface Dialect {
  text(value: string): Doc;
  flag(value: boolean): Doc;
  /** A value of an enum: the type and the name of the value in the SDK, and the value itself. */
  word(type: string, name: string, value: string): Doc;
  /** A list of texts (`String`) or of values of a named type. */
  list(item: string, items: readonly Doc[]): Doc;
  map(entries: readonly Named[]): Doc;
  object(type: string, properties: readonly Named[]): Group;
}

/** Writes an object of args; what it does not set, or sets to null, is left out. */
export function objectDoc(
  value: JsonObject,
  type: SchemaType,
  name: string,
  context: Context,
): Group {
  const properties = present(value).map(([key, entry]): Named => {
    const property = type.properties?.[key];
    if (property === undefined) throw new Error(`schema.json has no property ${name}.${key}`);
    return [key, docOf(entry, property, context)];
  });
  return context.dialect.object(name, properties);
}

/** What stays the same from value to value. */
export interface Context {
  readonly schema: Schema;
  readonly dialect: Dialect;
}

/** Writes one value of the args, which fits its type because the args were read before. */
function docOf(value: Json, property: SchemaType, context: Context): Doc {
  const { schema, dialect } = context;
  const type = resolved(property, schema);
  if (typeof value === "boolean") return dialect.flag(value);
  if (typeof value === "string") {
    const word = type.enum?.find((candidate) => candidate.value === value);
    return word === undefined
      ? dialect.text(value)
      : dialect.word(nameOf(property), word.name, value);
  }
  if (Array.isArray(value) && type.items !== undefined) {
    const { items } = type;
    const docs = value.map((item: Json) => docOf(item, items, context));
    return dialect.list(nameOf(items), docs);
  }
  if (isObject(value)) {
    const { additionalProperties: item } = type;
    if (item === undefined) return objectDoc(value, type, nameOf(property), context);
    return dialect.map(present(value).map(([key, entry]) => [key, docOf(entry, item, context)]));
  }
  throw new Error(`no program can be written with a value of type ${String(type.type)}`);
}

function present(value: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, entry]) =>
    entry === undefined || entry === null ? [] : [[key, entry] as const],
  );
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PACKAGE } from "../../package";

/** A property, type or list item of schema.json, as far as a program needs it. */
export interface SchemaType {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: SchemaType;
  readonly additionalProperties?: SchemaType;
  readonly properties?: Readonly<Record<string, SchemaType>>;
  readonly enum?: readonly { readonly name: string; readonly value: string }[];
}

/** The list of all options, from which the SDKs are generated too. */
export interface Schema {
  readonly language: { readonly go: { readonly importBasePath: string } };
  readonly types: Readonly<Record<string, SchemaType>>;
  readonly resources: Readonly<
    Record<string, { readonly inputProperties: Readonly<Record<string, SchemaType>> }>
  >;
}

export const TOKEN = "flux-instance:index:FluxInstance";

/** Reads schema.json of this package. */
export async function readSchema(): Promise<Schema> {
  return JSON.parse(await readFile(join(PACKAGE, "schema.json"), "utf8")) as Schema;
}

/** The args of FluxInstance as an object type. */
export function argsType(schema: Schema): SchemaType {
  return { type: "object", properties: schema.resources[TOKEN]?.inputProperties ?? {} };
}

const REFERENCE = "#/types/";
/** The type of a kubeconfig, which is written as a text here. */
const ANY = "pulumi.json#/Any";
const TEXT: SchemaType = { type: "string" };

/** The type a reference names; any other type is itself. */
export function resolved(type: SchemaType, schema: Schema): SchemaType {
  if (type.$ref === undefined) return type;
  if (type.$ref === ANY) return TEXT;
  const target = schema.types[type.$ref.slice(REFERENCE.length)];
  if (target === undefined) throw new Error(`schema.json has no type ${type.$ref}`);
  return target;
}

/** The name of a type in the SDKs: `Distribution`, or `String` for a plain string. */
export function nameOf(type: SchemaType): string {
  if (type.$ref === ANY) return nameOf(TEXT);
  if (type.$ref !== undefined) return type.$ref.slice(type.$ref.lastIndexOf(":") + 1);
  const plain = type.type ?? "";
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

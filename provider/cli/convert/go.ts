import { hasLines, quote } from "../literal";
import type { Dialect } from "./dialect";
import { print, type Doc, type Entry, type Group } from "./layout";
import type { Schema } from "./schema";

const LAYOUT = { indent: "\t", width: 80, align: true };

/** What a raw string can't hold, or hides: backticks, carriage returns and all that can't be seen but tabs. */
const NOT_RAW = /((?:`|[^\P{C}\n\t]|[\p{Zl}\p{Zp}])+)/u;

function literal(value: string): string {
  if (!hasLines(value)) return quote(value);
  return value
    .split(NOT_RAW)
    .map((part, index) => (index % 2 === 0 ? `\`${part}\`` : quote(part)))
    .filter((part) => part !== "``")
    .join(" + ");
}

/** The type of a list or its items in Go: of Pulumi for texts, else of the SDK. */
function typeName(name: string): string {
  return name === "String" ? `pulumi.${name}` : `fluxinstance.${name}`;
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const item = (value: Doc): Entry => ({ label: "", value });

/** Values in Go, as inputs of the generated SDK. */
export const go: Dialect = {
  text: (value) => `pulumi.String(${literal(value)})`,
  flag: (value) => `pulumi.Bool(${value})`,
  word: (type, name) => `fluxinstance.${type}${name}`,
  list: (of, items) => ({ open: `${typeName(of)}Array{`, entries: items.map(item), close: "}" }),
  map: (entries) => ({
    open: "pulumi.StringMap{",
    entries: entries.map(([key, value]) => ({ label: `${quote(key)}: `, value })),
    close: "}",
  }),
  object: (type, properties) => ({
    open: `&fluxinstance.${type}Args{`,
    entries: properties.map(([key, value]) => ({ label: `${upperFirst(key)}: `, value })),
    close: "}",
  }),
};

/** A program with the args. */
export function goProgram(args: Group, { language }: Schema): string {
  const before = '_, err := fluxinstance.NewFluxInstance(ctx, "flux", ';
  return [
    "package main",
    "",
    "import (",
    `\t"${language.go.importBasePath}"`,
    '\t"github.com/pulumi/pulumi/sdk/v3/go/pulumi"',
    ")",
    "",
    "func main() {",
    "\tpulumi.Run(func(ctx *pulumi.Context) error {",
    `\t\t${before}${print(args, LAYOUT, 2, before)})`,
    "\t\treturn err",
    "\t})",
    "}",
    "",
  ].join("\n");
}

import { chooser, type Program } from "./programs";

/** A property, type or list item of schema.json, with what a page tells of it. */
interface DocumentedType {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: DocumentedType;
  readonly additionalProperties?: DocumentedType;
  readonly description?: string;
  readonly secret?: boolean;
}

type Properties = Readonly<Record<string, DocumentedType>>;

interface NamedType {
  readonly description?: string;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

interface Resource {
  readonly description: string;
  readonly inputProperties: Properties;
  readonly requiredInputs?: readonly string[];
  readonly properties: Properties;
}

/** What of schema.json the pages are made of. */
export interface Documented {
  readonly types: Readonly<Record<string, NamedType>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

/** `flux-instance:index:FluxInstance` is `FluxInstance`. */
export function titleOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

/**
 * The page of a resource: its example, inputs and outputs, and all types that these name.
 *
 * @throws Error when schema.json has no such resource
 */
export function resourcePage(
  token: string,
  schema: Documented,
  example: readonly Program[],
): string {
  const resource = schema.resources[token];
  if (resource === undefined) throw new Error(`schema.json has no resource ${token}`);
  const { inputProperties, requiredInputs = [], properties } = resource;
  const [description = ""] = resource.description.split("\n\n{{% examples %}}");
  const [summary = ""] = description.split(". ");
  const title = titleOf(token);
  return [
    `---\ntitle: ${title}\nmeta_desc: "All inputs and outputs of ${title}: ${summary.replace(/\.$/, "")}."\nlayout: package\n---`,
    "<!-- Generated from schema.json by `npm run gen:docs`. -->",
    description,
    `## Example`,
    chooser(example),
    "## Inputs",
    list(inputProperties, requiredInputs),
    "## Outputs",
    list(properties),
    ...typesIn([inputProperties, properties], schema).flatMap((type) =>
      section(type, schema.types[type] ?? {}),
    ),
    "",
  ].join("\n\n");
}

function section(token: string, type: NamedType): readonly string[] {
  const { description = "", properties, required = [], enum: values = [] } = type;
  const listed = values.map(({ value, description: text = "" }) => `- \`${value}\`: ${text}`);
  return [
    `## ${titleOf(token)}`,
    description,
    properties === undefined ? listed.join("\n") : list(properties, required),
  ];
}

/** @param required undefined for outputs, of which none is asked for */
function list(properties: Properties, required?: readonly string[]): string {
  return Object.entries(properties)
    .map(([name, property]) => {
      const marks = [
        printType(property),
        ...(required?.includes(name) === true ? ["required"] : []),
        ...(property.secret === true ? ["secret"] : []),
      ];
      return `- \`${name}\` (${marks.join(", ")}): ${property.description ?? ""}`;
    })
    .join("\n");
}

function printType({ $ref, type = "", items, additionalProperties }: DocumentedType): string {
  if ($ref === ANY) return "any type";
  if ($ref !== undefined) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if (items !== undefined) return `list of ${printType(items)}`;
  if (additionalProperties !== undefined) return `map of ${printType(additionalProperties)}`;
  return type;
}

const REFERENCE = "#/types/";
/** https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/#type */
const ANY = "pulumi.json#/Any";

function nameOf($ref: string): string {
  return titleOf($ref);
}

/** The tokens of the types that properties name, and that these name in turn; each once, in reading order. */
function typesIn(groups: readonly Properties[], { types }: Documented): readonly string[] {
  const found = new Set<string>();
  const visit = (properties: Properties): void => {
    for (const property of Object.values(properties)) {
      const { $ref } = property.items ?? property.additionalProperties ?? property;
      if ($ref === undefined || $ref === ANY) continue;
      const token = $ref.slice(REFERENCE.length);
      if (found.has(token)) continue;
      found.add(token);
      visit(types[token]?.properties ?? {});
    }
  };
  groups.forEach(visit);
  return [...found];
}

import type { Deployment } from "@pulumi/pulumi/automation";
import type { Step } from "../../tests/support/engine";

const WIDTH = 110;

/** One resource of an exported stack. */
interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
}

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
const kindOf = (type: string): string => type.slice(type.lastIndexOf(":") + 1);

/** A stack's FluxInstance with its children, one line for each kind. */
export function printTree({ deployment }: Deployment): readonly string[] {
  const { resources = [] } = deployment as { readonly resources?: readonly Exported[] };
  const components = resources.filter(({ type }) => type === "flux-instance:index:FluxInstance");
  return components.flatMap(({ urn, type }) => [
    `${type} ${nameOf(urn)}`,
    ...printKinds(
      resources.filter(({ parent, type: child }) => parent === urn && !child.startsWith("pulumi:")),
      `${nameOf(urn)}:`,
    ),
  ]);
}

function printKinds(children: readonly Exported[], prefix: string): readonly string[] {
  const kinds = new Map<string, string[]>();
  for (const { type, urn } of children) {
    const name = nameOf(urn).replace(prefix, "");
    kinds.set(kindOf(type), [...(kinds.get(kindOf(type)) ?? []), name]);
  }
  return [...kinds].flatMap(([kind, names], index) => {
    const branch = index === kinds.size - 1 ? "└─" : "├─";
    const more = index === kinds.size - 1 ? "  " : "│ ";
    const [first = "", ...rest] = wrap(names.sort().join(", "), WIDTH - 32);
    return [
      `${branch} ${kind.padEnd(26)} ${first}`,
      ...rest.map((line) => `${more} ${" ".repeat(26)} ${line}`),
    ];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The version and the images that a preview changes, and how many other objects. */
export function printChanges(steps: readonly Step[]): readonly string[] {
  const component = steps.find(({ type }) => type === "flux-instance:index:FluxInstance");
  const images = steps.flatMap((step) => imageChange(step));
  const counts = new Map<string, number>();
  for (const { op, type } of steps) {
    if (type.startsWith("kubernetes:")) counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const summary = [...counts].map(([op, count]) => `${count} to ${op}`).join(", ");
  return [
    ...(component === undefined ? [] : [`~ ${component.type} ${component.name}`]),
    ...versionChange(component),
    ...images,
    `${summary === "" ? "nothing to change" : summary} in the cluster`,
  ];
}

function versionChange(step: Step | undefined): readonly string[] {
  const [before, after] = [step?.before, step?.after].map(
    (inputs) => (inputs?.["resolved"] as { readonly version?: string } | undefined)?.version,
  );
  return before === after ? [] : [`    resolved.version: ${before ?? "-"} => ${after ?? "-"}`];
}

interface PodInputs {
  readonly template?: { readonly spec?: { readonly containers?: readonly { image?: string }[] } };
}

function imageChange({ type, before, after, name }: Step): readonly string[] {
  if (!type.endsWith(":Deployment")) return [];
  const [old, next] = [before, after].map((inputs) => {
    const spec = inputs?.["spec"] as PodInputs | undefined;
    return (spec?.template?.spec?.containers?.[0]?.image ?? "-").replace(/@.*/, "");
  });
  return old === next
    ? []
    : [`~ Deployment ${name.replace(/^.*:/, "")}`, `    image: ${old} => ${next}`];
}

/** How many objects a destroy removes; the patch of the Namespace removes none. */
export function printDeletes(steps: readonly Step[]): readonly string[] {
  const deleted = steps.filter(
    ({ op, type }) => op === "delete" && type.startsWith("kubernetes:") && !type.endsWith("Patch"),
  );
  return [
    `${deleted.length} objects deleted; the Namespace stays, as it may hold Secrets of yours`,
  ];
}

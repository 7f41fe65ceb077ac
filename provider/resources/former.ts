import { output, type Output } from "@pulumi/pulumi/output";
import { createUrn, type Alias, type ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { FLUX_INSTANCE } from "./outputs";

/** What a component is called, and what it was called before. */
export interface Named {
  readonly name: string;
  /** Its former URNs, one for each alias. */
  readonly formers: readonly Output<string>[];
}

/**
 * Reads the aliases of a component.
 *
 * The engine gives the aliases of a component to its children only where it finds the component by them. After an update of the
 * renamed component that was refused, the state has the component under both names, and the children under the former one alone. So
 * each child has its aliases itself.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/step_generator.go (generateAliases)
 */
export function named(name: string, { aliases = [], parent }: ComponentResourceOptions): Named {
  const urnOf = (alias: string | Alias): Output<string> => {
    if (typeof alias === "string") return output(alias);
    const former = { name, type: FLUX_INSTANCE, parent, ...alias };
    // The Node host hands texts over, which the type does not say.
    const [project, stack] = [alias.project, alias.stack] as (string | undefined)[];
    return createUrn(former.name, former.type, former.parent, project, stack);
  };
  const formers = aliases.map((alias) => output(alias).apply((plain) => urnOf(plain as string)));
  return { name, formers: formers.map((urn) => urn.apply(withoutStack)) };
}

/** No URN names the stack among the types of the parents, though the SDK has it there. */
function withoutStack(urn: string): string {
  return urn.replace("::pulumi:pulumi:Stack$", "::");
}

/** The former URNs of a child, whose name begins with that of the component. */
export function formerChildren(
  { name, formers }: Named,
  child: string,
  type: string,
): readonly Output<string>[] {
  return renamed(formers, child.slice(name.length), (types) => `${types}$${type}`);
}

/** The same of a resource beside the component. */
export function formerSiblings(
  { name, formers }: Named,
  sibling: string,
  type: string,
): readonly Output<string>[] {
  return renamed(formers, sibling.slice(name.length), (types) => types.replace(/[^$]+$/, type));
}

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function renamed(
  formers: Named["formers"],
  suffix: string,
  typesOf: (component: string) => string,
): readonly Output<string>[] {
  return formers.map((former) =>
    former.apply((urn) => {
      const [head = "", project = "", types = "", ...name] = urn.split("::");
      return [head, project, typesOf(types), name.join("::") + suffix].join("::");
    }),
  );
}

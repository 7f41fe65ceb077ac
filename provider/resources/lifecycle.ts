import type { Input, Output } from "@pulumi/pulumi/output";
import { CustomResource, type CustomResourceOptions, type Resource } from "@pulumi/pulumi/resource";
import type { ConnectionInputs } from "./connection";
import { formerChildren, type Named } from "./former";
import type { LifecycleToken } from "./outputs";
import { promised } from "./promised";

/** What all lifecycle resources of an instance share. */
export interface LifecycleFamily extends Named {
  readonly parent: Resource;
  readonly connection: ConnectionInputs;
  readonly customTimeouts?: CustomResourceOptions["customTimeouts"];
}

/** A resource of our own. Its outputs are properties of it. */
export class LifecycleResource extends CustomResource {
  readonly #outputs: Readonly<Record<string, Output<unknown>>>;

  /**
   * @param outputs the names of its outputs
   */
  constructor(
    [token, outputs]: LifecycleToken,
    role: string,
    inputs: Readonly<Record<string, Input<unknown>>>,
    family: LifecycleFamily,
    dependsOn: readonly Resource[],
  ) {
    const { parent, connection, customTimeouts } = family;
    const name = `${family.name}:${role}`;
    const properties: Record<string, Input<unknown>> = {
      ...Object.fromEntries(outputs.map((output) => [output, undefined])),
      ...inputs,
      ...connection,
    };
    super(token, name, properties, {
      parent,
      aliases: [...formerChildren(family, name, token)],
      dependsOn: [...dependsOn],
      ...(customTimeouts === undefined ? {} : { customTimeouts }),
    });
    this.#outputs = this as unknown as Readonly<Record<string, Output<unknown>>>;
  }

  /** One of its outputs. */
  output(name: string): Output<unknown> {
    const output = this.#outputs[name];
    if (output === undefined) throw new Error(`there is no output ${name}`);
    return output;
  }

  /** The value of an output when the resource is registered; undefined where it is not known in a preview. */
  async value(name: string): Promise<unknown> {
    return await promised(this.output(name));
  }
}

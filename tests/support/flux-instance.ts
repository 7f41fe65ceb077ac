import type { Input } from "@pulumi/pulumi/output";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { FLUX_INSTANCE, OUTPUTS } from "../../provider/resources/outputs";

/** FluxInstance as a generated SDK registers it: a component that the plugin constructs. */
export class FluxInstance extends ComponentResource {
  declare readonly version: Output<string>;
  declare readonly revision: Output<string>;
  declare readonly artifactDigest: Output<string>;
  declare readonly components: Output<readonly Readonly<Record<string, string>>[]>;
  declare readonly inventory: Output<readonly { readonly id: string; readonly v: string }[]>;
  declare readonly namespace: Output<string>;
  declare readonly ready: Output<boolean>;

  constructor(
    name: string,
    args: Readonly<Record<string, Input<unknown>>>,
    opts: ComponentResourceOptions = {},
  ) {
    const outputs = Object.fromEntries(OUTPUTS.map((output) => [output, undefined]));
    super(FLUX_INSTANCE, name, { ...outputs, ...args }, opts, true);
  }
}

import { ProviderResource, type Input, type ResourceOptions } from "@pulumi/pulumi";

/** A Kubernetes provider as a user's program makes one, for example for a cluster that it creates. */
export class KubernetesProvider extends ProviderResource {
  constructor(
    name: string,
    args: Readonly<Record<string, Input<string>>>,
    opts: ResourceOptions = {},
  ) {
    super("kubernetes", name, { ...args }, opts);
  }
}

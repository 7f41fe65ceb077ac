import { ProviderResource, type Input, type ResourceOptions } from "@pulumi/pulumi";
import { KUBERNETES_VERSION } from "../../provider/resources/children";

/**
 * A Kubernetes provider as a user's program makes one, for example for a cluster that it creates. As each SDK it names a
 * version: the engine gives another provider the version of the state, which is a change of its own.
 */
export class KubernetesProvider extends ProviderResource {
  constructor(
    name: string,
    args: Readonly<Record<string, Input<unknown>>>,
    opts: ResourceOptions = {},
  ) {
    super("kubernetes", name, { ...args }, { version: KUBERNETES_VERSION, ...opts });
  }
}

import { ProviderResource, type Input, type ResourceOptions } from "@pulumi/pulumi";
import { KUBERNETES_VERSION } from "../../provider/resources/children";

/** A Kubernetes provider as a user's program makes one, for example for a cluster that it creates; an SDK sends its version. */
export class KubernetesProvider extends ProviderResource {
  constructor(
    name: string,
    args: Readonly<Record<string, Input<string>>>,
    opts: ResourceOptions = {},
  ) {
    super("kubernetes", name, { ...args }, { version: KUBERNETES_VERSION, ...opts });
  }
}

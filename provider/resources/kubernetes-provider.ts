import { output, secret, type Input } from "@pulumi/pulumi/output";
import { ProviderResource, type ResourceOptions } from "@pulumi/pulumi/resource";
import { KUBERNETES_VERSION } from "./children";

/** Which cluster the user named in the args. */
export interface ClusterArgs {
  readonly kubeconfig?: Input<unknown>;
  readonly context?: Input<unknown>;
  /** Take over objects that exist. */
  readonly adopt: boolean;
}

/**
 * The Kubernetes provider of an instance whose args name a cluster. Secrets and ConfigMaps are updated in place: a
 * replacement would take a pull secret away while it is used.
 */
export class KubernetesProvider extends ProviderResource {
  constructor(name: string, { kubeconfig, context, adopt }: ClusterArgs, opts: ResourceOptions) {
    const properties = {
      ...(kubeconfig === undefined ? {} : { kubeconfig: secret(kubeconfig) }),
      ...(context === undefined ? {} : { context: output(context) }),
      ...(adopt ? { upsertExistingObjects: "true" } : {}),
      enableServerSideApply: "true",
      enableSecretMutable: "true",
      enableConfigMapMutable: "true",
    };
    super("kubernetes", name, properties, { ...opts, version: KUBERNETES_VERSION });
  }
}

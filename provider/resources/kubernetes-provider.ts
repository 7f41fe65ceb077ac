import { output, secret, type Input } from "@pulumi/pulumi/output";
import { ProviderResource, type ResourceOptions } from "@pulumi/pulumi/resource";
import { KUBERNETES_VERSION } from "./children";

/** Which cluster the user named in the args. */
export interface ClusterArgs {
  readonly kubeconfig?: Input<unknown>;
  readonly context?: Input<unknown>;
  /** The UID of the cluster: as long as it is the same, no change of the kubeconfig replaces a child. */
  readonly clusterIdentifier: Input<unknown>;
}

/**
 * The Kubernetes provider of an instance whose args name a cluster. Secrets and ConfigMaps are updated in place: a
 * replacement would take a pull secret away while it is used.
 */
export class KubernetesProvider extends ProviderResource {
  constructor(
    name: string,
    { kubeconfig, context, clusterIdentifier }: ClusterArgs,
    opts: ResourceOptions,
  ) {
    const properties = {
      ...(kubeconfig === undefined ? {} : { kubeconfig: secret(kubeconfig) }),
      ...(context === undefined ? {} : { context: output(context) }),
      clusterIdentifier,
      upsertExistingObjects: "true",
      enableServerSideApply: "true",
      enableSecretMutable: "true",
      enableConfigMapMutable: "true",
    };
    super("kubernetes", name, properties, { ...opts, version: KUBERNETES_VERSION });
  }
}

import type { Input } from "@pulumi/pulumi/output";
import { ProviderResource, type Resource } from "@pulumi/pulumi/resource";
import { KUBERNETES_VERSION } from "./children";
import type { ClusterSource } from "./cluster-source";
import { formerChildren, type Named } from "./former";

/** Which cluster the provider is for. */
export interface ProviderArgs {
  readonly configuration: ClusterSource["configuration"];
  /**
   * The UID of the namespace kube-system. While it stays the same, no change of the configuration replaces the provider
   * and with it the objects.
   * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go (DiffConfig)
   */
  readonly clusterIdentifier: Input<unknown>;
}

/**
 * What an instance needs, whatever the user's own provider has. The Namespace is joined by server-side apply. An object
 * that exists is updated, so that a replacement, which is made before the old object is deleted, does not fail.
 * Secrets and ConfigMaps are updated in place: a replacement would take a pull secret away while it is used.
 */
const NEEDED = {
  enableServerSideApply: "true",
  enableSecretMutable: "true",
  enableConfigMapMutable: "true",
  upsertExistingObjects: "true",
};

/** The Kubernetes provider of an instance. */
export class KubernetesProvider extends ProviderResource {
  constructor(
    component: Named,
    { configuration, clusterIdentifier }: ProviderArgs,
    parent: Resource,
  ) {
    const properties = { ...configuration, ...NEEDED, clusterIdentifier };
    const name = `${component.name}:kubernetes`;
    super("kubernetes", name, properties, {
      parent,
      version: KUBERNETES_VERSION,
      aliases: [...formerChildren(component, name, "pulumi:providers:kubernetes")],
    });
  }
}

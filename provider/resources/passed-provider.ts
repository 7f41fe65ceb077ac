import type { Output } from "@pulumi/pulumi/output";
import { ProviderResource, type ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { registerResourcePackage } from "@pulumi/pulumi/runtime/rpc";

/**
 * The properties of a Kubernetes provider, those of its newest version and of those before.
 * https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#inputs
 */
export const PROVIDER_PROPERTIES = [
  "alwaysRender",
  "cluster",
  "clusterIdentifier",
  "context",
  "deleteUnreachable",
  "enableConfigMapMutable",
  "enablePatchForce",
  "enableReplaceCRD",
  "enableSecretMutable",
  "enableServerSideApply",
  "helmReleaseSettings",
  "kubeClientSettings",
  "kubeconfig",
  "namespace",
  "rejectUnknownResources",
  "renderYamlToDirectory",
  "skipUpdateUnreachable",
  "strictMode",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "upsertExistingObjects",
] as const;

/** The Kubernetes provider that a user passed to a component, with the properties it was made with. */
export class PassedProvider extends ProviderResource {
  constructor(name: string, urn: string) {
    const properties = PROVIDER_PROPERTIES.map((property) => [property, undefined] as const);
    super("kubernetes", name, Object.fromEntries(properties), { urn });
  }

  /** A property; a switch is `true` or the text for it. */
  property(name: (typeof PROVIDER_PROPERTIES)[number]): Output<unknown> {
    return (this as unknown as Readonly<Record<typeof name, Output<unknown>>>)[name];
  }
}

/**
 * Makes the SDK hand a passed Kubernetes provider over as a PassedProvider; without it the provider is a mere
 * reference. It is what `@pulumi/kubernetes` does when it is loaded, for 60 MB less. A package without a version is
 * taken for all versions of the provider.
 * https://github.com/pulumi/pulumi/pull/7624
 */
export function readPassedProviders(): void {
  registerResourcePackage("kubernetes", {
    constructProvider: (name, _type, urn) => new PassedProvider(name, urn),
  });
}

/**
 * The Kubernetes provider in the options of a component; the host hands `providers` over by package.
 *
 * @throws Error where it can't be read: another cluster would be taken for its cluster
 */
export function passedProvider({
  providers,
}: ComponentResourceOptions): PassedProvider | undefined {
  const provider = (providers as Readonly<Record<string, ProviderResource>> | undefined)?.[
    "kubernetes"
  ];
  if (provider === undefined || provider instanceof PassedProvider) return provider;
  throw new Error(
    "providers: the Kubernetes provider can't be read, so its cluster is not known; pass one of the package " +
      "`kubernetes`, or `kubeconfig` in the args instead of it",
  );
}

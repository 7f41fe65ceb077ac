import type { Output } from "@pulumi/pulumi/output";
import { ProviderResource, type ComponentResourceOptions } from "@pulumi/pulumi/resource";
import { registerResourcePackage } from "@pulumi/pulumi/runtime/rpc";

/** What of a Kubernetes provider is read. */
const PROPERTIES = [
  "kubeconfig",
  "context",
  "cluster",
  "deleteUnreachable",
  "upsertExistingObjects",
] as const;

/**
 * The Kubernetes provider that a user passed to a component, with the properties it was made with. A switch is `true`
 * or the text for it.
 */
export class PassedProvider extends ProviderResource {
  declare readonly kubeconfig: Output<string | undefined>;
  declare readonly context: Output<string | undefined>;
  declare readonly cluster: Output<string | undefined>;
  declare readonly deleteUnreachable: Output<unknown>;
  declare readonly upsertExistingObjects: Output<unknown>;

  constructor(name: string, urn: string) {
    const properties = Object.fromEntries(PROPERTIES.map((property) => [property, undefined]));
    super("kubernetes", name, properties, { urn });
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

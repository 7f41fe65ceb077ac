import * as pulumi from "@pulumi/pulumi";
import { FluxInstance, type FluxInstanceArgs, type types } from "pulumi-flux-instance";
import * as enums from "pulumi-flux-instance/types/enums";

/** Nested args, secrets, enums and unknown values, as a user writes them. */
const args = (kubeconfig: string): FluxInstanceArgs => ({
  namespace: "flux-system",
  distribution: {
    version: "2.9.x",
    registry: "ghcr.io/fluxcd",
    variant: enums.Variant.UpstreamAlpine,
    updatePolicy: enums.UpdatePolicy.Locked,
  },
  components: [enums.Component.SourceController, "kustomize-controller"],
  cluster: { type: enums.ClusterType.Kubernetes, size: enums.ClusterSize.Small, multitenant: true },
  commonMetadata: { labels: { team: "platform" } },
  kustomize: {
    patches: [
      {
        target: { kind: "Deployment", name: "source-controller" },
        patch: JSON.stringify([{ op: "add", path: "/metadata/labels/patched", value: "yes" }]),
      },
    ],
  },
  sync: {
    kind: enums.SyncKind.OCIRepository,
    url: pulumi.secret("oci://registry.example/a-secret-path/fleet"),
    ref: pulumi.output("latest"),
    path: "./",
    provider: enums.SyncProvider.Generic,
    deletionPolicy: enums.SyncDeletionPolicy.Orphan,
  },
  // No controller runs, so the sync would never be ready.
  wait: false,
  timeout: "3m",
  deletionPolicy: enums.DeletionPolicy.Uninstall,
  kubeconfig: pulumi.secret(kubeconfig),
});

/** A program with one instance, which exports every output. */
export function good(kubeconfig: string): Promise<Record<string, unknown>> {
  const flux = new FluxInstance("flux", args(kubeconfig));
  const version: pulumi.Output<string> = flux.version;
  const images: pulumi.Output<types.output.Image[]> = flux.components;
  const digest: pulumi.Output<string | undefined> = images.apply(([first]) => first?.digest);
  const entries: pulumi.Output<types.output.InventoryEntry[]> = flux.inventory;
  return Promise.resolve({
    version,
    revision: flux.revision,
    artifactDigest: flux.artifactDigest,
    images,
    digest,
    first: entries.apply(([entry]) => entry?.id),
    namespace: flux.namespace,
    ready: flux.ready,
  });
}

/** A program with wrong values of right types. */
export function bad(kubeconfig: string): Promise<Record<string, unknown>> {
  const { distribution } = args(kubeconfig);
  new FluxInstance("flux", {
    distribution,
    components: ["flagger" as enums.Component],
    sync: { kind: "GitRepository", url: "ftp://example.com", ref: "refs/heads/main", path: "./" },
    timeout: "soon",
    kubeconfig,
  });
  return Promise.resolve({});
}

/** A program whose kubeconfig is empty, as from a variable that is not set. */
export function empty(): Promise<Record<string, unknown>> {
  new FluxInstance("flux", { distribution: { version: "2.9.x" }, kubeconfig: "" });
  return Promise.resolve({});
}

// What the types refuse: the compiler complains about each line that it takes.
export const refused: readonly FluxInstanceArgs[] = [
  // @ts-expect-error distribution is required
  {},
  // @ts-expect-error a version is required
  { distribution: {} },
  // @ts-expect-error not a property
  { distribution: { version: "2.x" }, replicas: 2 },
  // @ts-expect-error not a size
  { distribution: { version: "2.x" }, cluster: { size: "huge" } },
  // @ts-expect-error not a component
  { distribution: { version: "2.x" }, components: ["flagger"] },
  // @ts-expect-error a shard is a name
  { distribution: { version: "2.x" }, sharding: { shards: [1] } },
  // @ts-expect-error a sync needs a path
  { distribution: { version: "2.x" }, sync: { kind: "Bucket", url: "a", ref: "b" } },
];

import type { Patch } from "../patch/draft";

/** Flux controllers in the order the reference lists them. */
export const COMPONENTS = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
] as const;
export type Component = (typeof COMPONENTS)[number];

/** What is installed when `components` is absent or empty. */
export const DEFAULT_COMPONENTS: readonly Component[] = COMPONENTS.slice(0, 4);

export const VARIANTS = [
  "upstream-alpine",
  "enterprise-alpine",
  "enterprise-distroless",
  "enterprise-distroless-fips",
] as const;
export type Variant = (typeof VARIANTS)[number];

export const CLUSTER_TYPES = ["kubernetes", "openshift", "aws", "azure", "gcp"] as const;
export type ClusterType = (typeof CLUSTER_TYPES)[number];

export const SIZES = ["small", "medium", "large"] as const;
export type Size = (typeof SIZES)[number];

export const SHARD_STORAGE = ["ephemeral", "persistent"] as const;
export type ShardStorage = (typeof SHARD_STORAGE)[number];

export const SYNC_KINDS = ["OCIRepository", "GitRepository", "Bucket"] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];

export const SYNC_PROVIDERS = ["generic", "aws", "azure", "gcp", "github"] as const;

export const UPDATE_POLICIES = ["range", "locked"] as const;
export type UpdatePolicy = (typeof UPDATE_POLICIES)[number];

/** What the registry of the artifact is shown; a token where all of it is opaque. */
export type ArtifactCredentials = { readonly username: string; readonly password: string } | string;

/** Who must have signed the artifact: `issuer` and `identity`, or the holder of `publicKey`. */
export interface VerifySpec {
  /** The OIDC issuer that vouched for the signer, exactly as in the certificate. */
  readonly issuer?: string;
  /** A regular expression in RE2 syntax that must match the whole identity of the signer. */
  readonly identity?: string;
  /** A public key in PEM. */
  readonly publicKey?: string;
  /** The trusted root of a private Sigstore instance, as JSON; that of the public-good instance by default. */
  readonly trustedRoot?: string;
}

/** What a destroy, or the removal of a component, does to the custom resources of Flux and their definitions. */
export const DELETION_POLICIES = ["Uninstall", "KeepCRDs", "Retain"] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

/** What taking `sync` out does to what Flux has synced. */
export const SYNC_DELETION_POLICIES = ["Orphan", "Prune"] as const;
export type SyncDeletionPolicy = (typeof SYNC_DELETION_POLICIES)[number];

/**
 * Where Flux comes from. `version` is a semver range; `registry` has no trailing slash. How the artifact is reached and
 * verified decides no object, so these texts may be tokens.
 */
export interface DistributionSpec {
  readonly version: string;
  readonly registry: string;
  readonly variant?: Variant;
  readonly imagePullSecret?: string;
  readonly artifact?: string;
  readonly artifactPullSecret?: string;
  readonly artifactCredentials?: ArtifactCredentials;
  readonly caCertificate?: string;
  readonly insecure: boolean;
  readonly offline: boolean;
  readonly verify?: VerifySpec;
  readonly updatePolicy: UpdatePolicy;
}

/** The cluster Flux runs on. */
export interface ClusterSpec {
  readonly type: ClusterType;
  readonly size?: Size;
  readonly domain: string;
  readonly networkPolicy: boolean;
  readonly multitenant: boolean;
  readonly tenantDefaultServiceAccount?: string;
  readonly tenantDefaultDecryptionServiceAccount?: string;
  readonly tenantDefaultKubeConfigServiceAccount?: string;
  readonly objectLevelWorkloadIdentity: boolean;
  readonly multitenantWorkloadIdentity: boolean;
}

/** Labels or annotations; a token where the whole map is opaque. */
export type MetadataMap = Readonly<Record<string, string>> | string;

export interface CommonMetadataSpec {
  readonly labels: MetadataMap;
  readonly annotations: MetadataMap;
}

/** The volume of source-controller: a storage class and a quantity. */
export interface StorageSpec {
  readonly class: string;
  readonly size: string;
  /** Replace the volume where it can't be changed in place; the artifacts in it are fetched again. */
  readonly allowReplace: boolean;
}

export interface ShardingSpec {
  readonly key: string;
  readonly shards: readonly string[];
  readonly storage?: ShardStorage;
}

/** The source Flux syncs the cluster from; `interval` is a Go duration. */
export interface SyncSpec {
  readonly kind: SyncKind;
  readonly url: string;
  readonly ref: string;
  readonly path: string;
  readonly name?: string;
  readonly interval: string;
  readonly pullSecret?: string;
  readonly provider?: string;
  readonly deletionPolicy: SyncDeletionPolicy;
}

/**
 * The args of a FluxInstance with the defaults in, plain and immutable.
 *
 * Scalars that do not decide which objects exist may be tokens of opaque values (see opaque.ts).
 */
export interface Spec {
  readonly namespace: string;
  readonly distribution: DistributionSpec;
  readonly components: readonly Component[];
  readonly cluster: ClusterSpec;
  readonly commonMetadata: CommonMetadataSpec;
  readonly storage?: StorageSpec;
  readonly sharding?: ShardingSpec;
  readonly kustomize: { readonly patches: readonly Patch[] };
  readonly sync?: SyncSpec;
  readonly wait: boolean;
  /** How long readiness is waited for, as a Go duration. */
  readonly timeout: string;
  /** Take over objects of Flux that are there already. */
  readonly adopt: boolean;
  /** Rewrite custom resources to the storage version of their definition after an upgrade. */
  readonly migrateResources: boolean;
  readonly deletionPolicy: DeletionPolicy;
  readonly deleteNamespace: boolean;
}

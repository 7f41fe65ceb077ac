import { pathOf, tokenOf } from "../opaque";
import {
  decidingText,
  flag,
  listOf,
  object,
  oneOf,
  opaqueOr,
  required,
  text,
  textMap,
  withDefault,
  type Findings,
  type Reader,
  type Undecided,
} from "./readers";
import type { Patch, PatchTarget } from "../patch/draft";
import type { Problem } from "../problem";
import {
  CLUSTER_TYPES,
  COMPONENTS,
  DEFAULT_COMPONENTS,
  DELETION_POLICIES,
  SHARD_STORAGE,
  SIZES,
  SYNC_DELETION_POLICIES,
  SYNC_KINDS,
  SYNC_PROVIDERS,
  UPDATE_POLICIES,
  VARIANTS,
  type ArtifactCredentials,
  type ClusterSpec,
  type CommonMetadataSpec,
  type Component,
  type DistributionSpec,
  type MetadataMap,
  type ShardingSpec,
  type Spec,
  type StorageSpec,
  type SyncSpec,
  type VerifySpec,
} from "./spec";

/** What came of reading the args; the spec is only meaningful without problems and undecided values. */
export interface Reading {
  readonly spec: Spec;
  readonly problems: readonly Problem[];
  readonly undecided: readonly Undecided[];
}

export const DEFAULT_NAMESPACE = "flux-system";
export const DEFAULT_REGISTRY = "ghcr.io/fluxcd";

const artifactCredentials = opaqueOr<ArtifactCredentials>(
  (token) => token,
  object<Exclude<ArtifactCredentials, string>>({
    username: required(text, "give the name that the registry knows"),
    password: required(text, "give the password or token, as a secret"),
  }),
);

const verify = object<VerifySpec>({
  issuer: text,
  identity: text,
  publicKey: text,
  trustedRoot: text,
});

const distribution = object<DistributionSpec>({
  version: required(decidingText, 'give a version or a semver range such as "2.9.x"'),
  registry: withDefault(trimSlash(decidingText), DEFAULT_REGISTRY),
  variant: oneOf(VARIANTS),
  imagePullSecret: text,
  artifact: decidingText,
  artifactPullSecret: text,
  artifactCredentials,
  caCertificate: text,
  insecure: withDefault(flag, false),
  offline: withDefault(flag, false),
  verify,
  updatePolicy: withDefault(oneOf(UPDATE_POLICIES), "range"),
});

const cluster = object<ClusterSpec>({
  type: withDefault(oneOf(CLUSTER_TYPES), "kubernetes"),
  size: oneOf(SIZES),
  domain: emptyAsAbsent(withDefault(text, "cluster.local")),
  networkPolicy: withDefault(flag, true),
  multitenant: withDefault(flag, false),
  tenantDefaultServiceAccount: text,
  tenantDefaultDecryptionServiceAccount: text,
  tenantDefaultKubeConfigServiceAccount: text,
  objectLevelWorkloadIdentity: withDefault(flag, false),
  multitenantWorkloadIdentity: withDefault(flag, false),
});

const metadataMap = withDefault(
  opaqueOr<MetadataMap>((token) => token, textMap),
  {},
);

const commonMetadata = opaqueOr<CommonMetadataSpec>(
  (token) => ({ labels: member(token, "labels"), annotations: member(token, "annotations") }),
  object<CommonMetadataSpec>({ labels: metadataMap, annotations: metadataMap }),
);

const storage = object<StorageSpec>({
  class: required(decidingText, "name the StorageClass of the volume"),
  size: required(decidingText, 'give the size of the volume, for example "10Gi"'),
  allowReplace: withDefault(flag, false),
});

const sharding = object<ShardingSpec>({
  key: withDefault(decidingText, "sharding.fluxcd.io/key"),
  shards: required(listOf(decidingText), "name at least one shard"),
  storage: oneOf(SHARD_STORAGE),
});

const target = object<PatchTarget>({
  group: text,
  version: text,
  kind: text,
  name: text,
  namespace: text,
  labelSelector: text,
  annotationSelector: text,
});

const patch = opaqueOr<Patch>(
  (token) => ({ patch: token }),
  object<Patch>({
    patch: required(text, "give a strategic merge patch or a list of JSON6902 operations"),
    target: opaqueOr<PatchTarget>((token) => ({ name: token }), target),
  }),
);

const patches = opaqueOr<readonly Patch[]>((token) => [{ patch: token }], listOf(patch));

const kustomize = opaqueOr<Spec["kustomize"]>(
  (token) => ({ patches: [{ patch: token }] }),
  object<Spec["kustomize"]>({ patches: withDefault(patches, []) }),
);

const sync = object<SyncSpec>({
  kind: required(oneOf(SYNC_KINDS), `choose one of ${SYNC_KINDS.join(", ")}`),
  url: required(text, "give the address of the repository or bucket endpoint"),
  ref: required(text, "give the Git reference, the OCI tag or the bucket name"),
  path: required(text, 'give the folder to sync, "./" for the root'),
  name: emptyAsAbsent(decidingText),
  interval: withDefault(text, "1m"),
  pullSecret: text,
  provider: opaqueOr<string>((token) => token, oneOf(SYNC_PROVIDERS)),
  deletionPolicy: withDefault(oneOf(SYNC_DELETION_POLICIES), "Orphan"),
});

const instance = object<Spec>({
  namespace: withDefault(decidingText, DEFAULT_NAMESPACE),
  distribution: required(distribution, "give at least distribution.version"),
  components: withDefault(nonEmpty(listOf(oneOf(COMPONENTS))), DEFAULT_COMPONENTS),
  cluster: filled(cluster),
  commonMetadata: filled(commonMetadata),
  storage,
  sharding,
  kustomize: filled(kustomize),
  sync,
  wait: withDefault(flag, true),
  timeout: withDefault(decidingText, "5m"),
  adopt: withDefault(flag, false),
  migrateResources: withDefault(flag, true),
  deletionPolicy: withDefault(oneOf(DELETION_POLICIES), "Uninstall"),
  deleteNamespace: withDefault(flag, false),
});

/**
 * Reads the args of a FluxInstance: types and words are checked, defaults put in.
 *
 * @param args the args as plain JSON, with a token in place of each opaque value
 */
export function read(args: unknown): Reading {
  const findings: Findings = { problems: [], undecided: [] };
  const spec = instance(args ?? {}, "", findings);
  return { spec: (spec ?? {}) as Spec, ...findings };
}

/** The token of one property of an opaque object. */
function member(token: string, key: string): string {
  return tokenOf(`${pathOf(token)}.${key}`);
}

/** Defaults of the fields also where the object itself is absent. */
function filled<T>(read: Reader<T>): Reader<T> {
  return (value, path, findings) => read(value ?? {}, path, findings);
}

/** An empty list counts as absent, as in the reference. */
function nonEmpty(read: Reader<readonly Component[]>): Reader<readonly Component[]> {
  return (value, path, findings) => {
    const components = read(value, path, findings);
    return components?.length === 0 ? DEFAULT_COMPONENTS : components;
  };
}

/** One slash at the end, as in the reference: a second one stays, and the registry is then none that is known. */
function trimSlash(read: Reader<string>): Reader<string> {
  return (value, path, findings) => read(value, path, findings)?.replace(/\/$/, "");
}

/** An empty text counts as absent, as in the reference. */
function emptyAsAbsent(read: Reader<string>): Reader<string> {
  return (value, path, findings) => read(value === "" ? undefined : value, path, findings);
}

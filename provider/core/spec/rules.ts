import { isToken, tokensIn } from "../opaque";
import { supports } from "../version/features";
import { DISTRIBUTION_RULES } from "./distribution-rules";
import { DURATION, parseDuration } from "./duration";
import { printValue } from "./readers";
import { error, type Rule, type VersionRule } from "./rule";
import type { Component, ShardingSpec, Spec, SyncKind, SyncSpec } from "./spec";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[munkMGTPE]|[eE][-+]?\d+)?$/;
/** A label key: an optional DNS prefix and a name of at most 63 characters. */
const LABEL_KEY = /^(?:[a-z0-9][-a-z0-9.]*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MAX_LABEL = 63;
/** A Service name `source-controller-<shard>` has at most 63 characters. */
const MAX_SHARD = MAX_LABEL - "source-controller-".length;

const URL_SCHEMES: Readonly<Record<SyncKind, readonly string[]>> = {
  GitRepository: ["https://", "http://", "ssh://"],
  OCIRepository: ["oci://"],
  Bucket: [],
};

/** Controllers without which a sync source and its Kustomization stay as they are. */
const SYNC_COMPONENTS: readonly Component[] = ["source-controller", "kustomize-controller"];

/** A check of `sync`, skipped where there is none. */
const onSync =
  (check: (sync: SyncSpec, spec: Spec) => string | undefined): Rule["check"] =>
  (spec) =>
    spec.sync && check(spec.sync, spec);

const onSharding =
  (check: (sharding: ShardingSpec, spec: Spec) => string | undefined): Rule["check"] =>
  (spec) =>
    spec.sharding && check(spec.sharding, spec);

function duplicatesIn(values: readonly string[]): string | undefined {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined ? undefined : `names ${printValue(twice)} twice; name it once`;
}

function labelProblem(value: string, max = MAX_LABEL): string | undefined {
  if (DNS_LABEL.test(value) && value.length <= max) return undefined;
  return `${printValue(value)} must be at most ${max} lower-case letters, digits and dashes`;
}

/** Everything that can be said about a spec without a cluster and before a version is resolved. */
export const RULES: readonly Rule[] = [
  error("namespace", ({ namespace }) => labelProblem(namespace)),
  ...DISTRIBUTION_RULES,
  error("timeout", ({ timeout }) =>
    DURATION.test(timeout)
      ? undefined
      : `${printValue(timeout)} is no duration; write it like "5m" or "90s"`,
  ),
  error("components", ({ components }) => duplicatesIn(components)),
  error("storage.size", ({ storage }) =>
    storage === undefined || QUANTITY.test(storage.size)
      ? undefined
      : `${printValue(storage.size)} is no quantity; write it like "10Gi"`,
  ),
  error("storage.class", ({ storage }) =>
    storage === undefined || DNS_SUBDOMAIN.test(storage.class)
      ? undefined
      : `${printValue(storage.class)} is no name of a StorageClass`,
  ),
  error(
    "sharding.key",
    onSharding(({ key }) =>
      LABEL_KEY.test(key)
        ? undefined
        : `${printValue(key)} is no label key; for example "sharding.fluxcd.io/key"`,
    ),
  ),
  error(
    "sharding.shards",
    onSharding(({ shards }) => {
      if (shards.length === 0) return "is empty; name at least one shard, or leave sharding out";
      const wrong = shards.map((shard) => labelProblem(shard, MAX_SHARD)).find(Boolean);
      return wrong ?? duplicatesIn(shards);
    }),
  ),
  error(
    "sharding.storage",
    ({ sharding, storage }) =>
      sharding?.storage === "persistent" && storage === undefined
        ? '"persistent" needs a volume; set storage.class and storage.size'
        : undefined,
    "storage",
  ),
  error(
    "sync.name",
    onSync(({ name }) =>
      name === undefined || (DNS_SUBDOMAIN.test(name) && name.length <= MAX_LABEL)
        ? undefined
        : `${printValue(name)} must be at most ${MAX_LABEL} lower-case letters, digits, dashes and dots`,
    ),
  ),
  error(
    "sync.interval",
    onSync(({ interval }) =>
      isToken(interval) || (DURATION.test(interval) && parseDuration(interval) !== undefined)
        ? undefined
        : `${printValue(interval)} is no duration; write it like "1m" or "1h30m"`,
    ),
  ),
  error(
    "sync.url",
    onSync(({ kind, url }) => {
      const schemes = URL_SCHEMES[kind];
      if (tokensIn(url).length > 0 || schemes.length === 0) return undefined;
      if (schemes.some((scheme) => url.startsWith(scheme))) return undefined;
      return `must start with ${schemes.join(", ")} for a sync of kind ${kind}`;
    }),
    "sync.kind",
  ),
  error(
    "sync.provider",
    onSync(({ kind, provider }) => {
      if (provider === "gcp" && kind === "GitRepository") {
        return '"gcp" is only for OCIRepository and Bucket; leave provider out or use a Secret in sync.pullSecret';
      }
      if (provider === "github" && kind !== "GitRepository") {
        return `"github" is only for GitRepository; leave provider out for a sync of kind ${kind}`;
      }
      return undefined;
    }),
    "sync.kind",
  ),
  {
    path: "sync.kind",
    reads: ["components"],
    level: "mismatch",
    check: onSync((_sync, { components }) => {
      const missing = SYNC_COMPONENTS.filter((name) => !components.includes(name));
      if (missing.length === 0) return undefined;
      return `nothing would sync without ${missing.join(" and ")}; add to components`;
    }),
  },
  error(
    "deleteNamespace",
    ({ deleteNamespace, deletionPolicy }) =>
      deleteNamespace && deletionPolicy !== "Uninstall"
        ? `would delete what deletionPolicy "${deletionPolicy}" keeps; leave out one of the two`
        : undefined,
    "deletionPolicy",
  ),
  error(
    "cluster.multitenantWorkloadIdentity",
    ({ cluster }) =>
      cluster.multitenantWorkloadIdentity && !cluster.objectLevelWorkloadIdentity
        ? "needs cluster.objectLevelWorkloadIdentity: true"
        : undefined,
    "cluster.objectLevelWorkloadIdentity",
  ),
];

/** What depends on the version that was resolved. */
export const VERSION_RULES: readonly VersionRule[] = [
  {
    path: "components",
    check: ({ components }, version) =>
      components.includes("source-watcher") && !supports("sourceWatcher", version)
        ? `source-watcher needs Flux 2.7 or later, and ${version} was resolved; leave it out or raise distribution.version`
        : undefined,
  },
  {
    path: "cluster.objectLevelWorkloadIdentity",
    check: ({ cluster }, version) =>
      cluster.objectLevelWorkloadIdentity && !supports("objectLevelWorkloadIdentity", version)
        ? `needs Flux 2.6 or later, and ${version} was resolved; leave it out or raise distribution.version`
        : undefined,
  },
  {
    path: "cluster.multitenantWorkloadIdentity",
    check: ({ cluster }, version) =>
      cluster.multitenantWorkloadIdentity && !supports("multitenantWorkloadIdentity", version)
        ? `needs Flux 2.7 or later, and ${version} was resolved; leave it out or raise distribution.version`
        : undefined,
  },
  {
    path: "sync.provider",
    reads: ["sync.kind"],
    check: ({ sync }, version) =>
      sync?.kind === "GitRepository" &&
      sync.provider === "aws" &&
      !supports("gitProviderAws", version)
        ? `"aws" on a GitRepository needs Flux 2.9 or later, and ${version} was resolved; raise distribution.version`
        : undefined,
  },
];

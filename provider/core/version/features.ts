import { matches, parseConstraint } from "./constraint";
import { requireVersion } from "./version";

/** What a Flux version can do, by the range of versions that can. Ranges are open-ended. */
const ranges = {
  /** The component source-watcher exists. */
  sourceWatcher: ">=2.7.0-0",
  /** source-watcher can be sharded. */
  sourceWatcherSharding: ">=2.9.0-0",
  /** OCIRepository and Bucket are served as `source.toolkit.fluxcd.io/v1`. */
  sourceApiV1: ">=2.6.0-0",
  /** The feature gate ObjectLevelWorkloadIdentity exists. */
  objectLevelWorkloadIdentity: ">=2.6.0-0",
  /** The gate ObjectLevelWorkloadIdentity is written also when it is false. */
  objectLevelWorkloadIdentityAlways: ">=2.7.0-0",
  /** helm-controller knows the gate ObjectLevelWorkloadIdentity. */
  objectLevelWorkloadIdentityHelm: ">=2.7.0-0",
  /** Default service accounts for workload identity of tenants. */
  multitenantWorkloadIdentity: ">=2.7.0-0",
  /** GitRepository has the provider `aws`. */
  gitProviderAws: ">=2.9.0-0",
} as const;

/** Something that only some Flux versions can do. */
export type Feature = keyof typeof ranges;

/** The newest Flux minor that this code has been tested with. */
export const newestTestedMinor = "2.9";

/** True when the Flux version has the feature; newer minors and majors have all of them. */
export function supports(feature: Feature, version: string): boolean {
  const constraint = parseConstraint(ranges[feature]);
  return constraint !== undefined && matches(constraint, requireVersion(version));
}

/** The range for a message: `>=2.7.0`. */
export function requirementOf(feature: Feature): string {
  return ranges[feature].replace(/-0$/, "");
}

/**
 * True when `to` has a lower major or minor than `from`. A lower patch of the same minor is no
 * downgrade. Both may be revisions (`v2.9.4@sha256:…`).
 */
export function isDowngrade(from: string, to: string): boolean {
  const [old, next] = [withoutDigest(from), withoutDigest(to)].map(requireVersion);
  if (old === undefined || next === undefined) return false;
  return next.major === old.major ? next.minor < old.minor : next.major < old.major;
}

/** True for a minor or major after the newest one that was tested. */
export function isNewerThanTested(version: string): boolean {
  const newest = requireVersion(newestTestedMinor);
  const { major, minor } = requireVersion(withoutDigest(version));
  return major === newest.major ? minor > newest.minor : major > newest.major;
}

function withoutDigest(revision: string): string {
  return revision.split("@", 1)[0] ?? "";
}

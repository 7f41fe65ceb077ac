import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/** The NetworkPolicies of the release, when `cluster.networkPolicy` is on. */
export function policies({ spec, release }: Context): readonly Draft[] {
  if (!spec.cluster.networkPolicy) return [];
  return release.policies.map((manifest) => draftOf(manifest));
}

import type { JsonObject } from "../manifest";

/** What was read of a Flux in a cluster; objects as they are. */
export interface Observed {
  readonly namespace: string;
  readonly deployments: readonly JsonObject[];
  /** The volume claims of the namespace. */
  readonly claims: readonly JsonObject[];
  readonly hasNetworkPolicies: boolean;
  readonly isOpenShift: boolean;
  /** The Kustomization that is named as the namespace. */
  readonly kustomization?: JsonObject;
  /** The source that the Kustomization refers to. */
  readonly source?: JsonObject;
}

/** A part of the args, and what of the cluster they can't say, each in a sentence. */
export interface Part {
  readonly value?: JsonObject;
  readonly gaps: readonly string[];
}

import type { JsonObject } from "../manifest";

/** What was read of a Flux in a cluster; objects as they are. */
export interface Observed {
  readonly namespace: string;
  readonly deployments: readonly JsonObject[];
  /** The version by the label of a CRD; empty where there is none. */
  readonly definitionVersion: string;
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

/** The token of the component. */
export const FLUX_INSTANCE = "flux-instance:index:FluxInstance";

/** The names of its outputs, as in schema.json. */
export const OUTPUTS = [
  "version",
  "revision",
  "artifactDigest",
  "components",
  "inventory",
  "namespace",
] as const;

/** The token of the resource that keeps what a distribution resolved to. */
export const LOCK = "flux-instance:index:Lock";

/** The names of its outputs. */
export const LOCK_OUTPUTS = ["version", "digest"] as const;

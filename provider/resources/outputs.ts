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

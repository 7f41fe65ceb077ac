import type { DistributionSpec, Variant } from "../spec/spec";

/** The variant that each known registry serves (behaviour: image lists). */
const VARIANT_OF_REGISTRY: Readonly<Record<string, Variant>> = {
  fluxcd: "upstream-alpine",
  "ghcr.io/fluxcd": "upstream-alpine",
  "ghcr.io/controlplaneio-fluxcd/alpine": "enterprise-alpine",
  "ghcr.io/controlplaneio-fluxcd/distroless": "enterprise-distroless",
  "ghcr.io/controlplaneio-fluxcd/distroless-fips": "enterprise-distroless-fips",
  "709825985650.dkr.ecr.us-east-1.amazonaws.com/controlplane/fluxcd": "enterprise-distroless",
};

/** The variant of the images: the one asked for, else the one the registry is known for. */
export function variantOf(distribution: DistributionSpec): Variant | undefined {
  return distribution.variant ?? VARIANT_OF_REGISTRY[distribution.registry];
}

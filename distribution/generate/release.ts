import type { Component, Variant } from "../../provider/core/spec/spec";

/** Image repository of each distribution variant. */
export const repositories = {
  "upstream-alpine": "ghcr.io/fluxcd",
  "enterprise-alpine": "ghcr.io/controlplaneio-fluxcd/alpine",
  "enterprise-distroless": "ghcr.io/controlplaneio-fluxcd/distroless",
  "enterprise-distroless-fips": "ghcr.io/controlplaneio-fluxcd/distroless-fips",
} as const satisfies Record<Variant, string>;

/** What differs from one Flux release to the next. */
export interface Release {
  /** Flux version, also the name of the folder below `distribution/`. */
  readonly version: string;
  /** Go module below `tools/go/` that pins the API modules and controller-gen. */
  readonly crdModule: string;
  /** Port the `allow-webhooks` policy is limited to; undefined where the policy allows any port. */
  readonly webhookPort: number | undefined;
  readonly tags: Readonly<Record<Component, string>>;
  readonly digests: Readonly<Record<Variant, Readonly<Record<Component, string>>>>;
}

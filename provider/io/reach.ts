import { isObject } from "../core/manifest";
import { isToken } from "../core/opaque";
import type { Problem } from "../core/problem";
import { isInRegistry } from "../core/spec/distribution-rules";
import { DISTRIBUTION_TEXTS } from "../core/spec/distribution-texts";
import type { Undecided } from "../core/spec/readers";
import type { DistributionSpec, Spec } from "../core/spec/spec";
import type { ArtifactAccess, Surroundings } from "./oci/access";
import { pullSecretOf, type ReadPullSecret } from "./pull-secret";

/** How artifacts are reached, besides the files that were parsed already. */
export type Reach = Omit<ArtifactAccess, "files">;

/** What reaching an artifact looks at besides the spec. */
export interface Reaching {
  readonly surroundings: Surroundings;
  readonly warn: (line: string) => void;
  /** The value behind a token, where it is a secret; undefined where it is unknown. */
  readonly reveal: (token: string) => unknown;
  readonly signal?: AbortSignal;
  readonly readPullSecret?: ReadPullSecret;
}

/** How the artifact of a spec is reached, or why that can't be told. */
export type Reached =
  | { readonly reach: Reach }
  | { readonly problems: readonly Problem[]; readonly unknown: readonly Undecided[] };

/** Puts together how the artifact of a spec is reached. Here secrets become plain, for the registry alone. */
export function reachOf({ distribution, namespace }: Spec, reaching: Reaching): Reached {
  const { reveal, readPullSecret, ...plain } = reaching;
  if (!isInRegistry(distribution)) return { reach: plain };
  const opaque = opaqueTexts(distribution, reveal);
  const problems = opaque.flatMap(({ path, value, check }) => problemOf(path, value, check));
  const unknown = opaque.filter(({ value }) => value === undefined);
  if (problems.length + unknown.length > 0) return { problems, unknown };
  const known = withoutTokens(distribution, reveal) as DistributionSpec;
  const { artifactCredentials, artifactPullSecret, caCertificate, verify } = known;
  return {
    reach: {
      ...plain,
      insecure: known.insecure,
      offline: known.offline,
      ...(typeof artifactCredentials === "object" && { credentials: artifactCredentials }),
      ...(artifactPullSecret && {
        pullSecret: pullSecretOf(namespace, artifactPullSecret, readPullSecret, plain.warn),
      }),
      ...(caCertificate !== undefined && { caCertificate }),
      ...(verify !== undefined && { verify }),
    },
  };
}

/** The texts that are opaque and needed: offline, no registry is asked. */
function opaqueTexts(distribution: DistributionSpec, reveal: Reaching["reveal"]) {
  return DISTRIBUTION_TEXTS.flatMap(({ path, of, check }) => {
    const token = of(distribution);
    if (token === undefined || !isToken(token)) return [];
    if (distribution.offline && !path.startsWith("distribution.verify.")) return [];
    return [{ path, token, value: reveal(token), check }];
  });
}

function problemOf(
  path: string,
  value: unknown,
  check: (text: string) => string | undefined,
): readonly Problem[] {
  if (value === undefined) return [];
  const reason = typeof value === "string" ? check(value) : "expected a string";
  return reason === undefined ? [] : [{ path, reason }];
}

function withoutTokens(value: unknown, reveal: Reaching["reveal"]): unknown {
  if (isToken(value)) return reveal(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withoutTokens(entry, reveal)]),
  );
}

import { isToken } from "../opaque";
import { DISTRIBUTION_TEXTS } from "./distribution-texts";
import { printValue } from "./readers";
import { error, type Rule } from "./rule";
import type { DistributionSpec, VerifySpec } from "./spec";

/** Whether the releases come from a registry. */
export function isInRegistry({ artifact }: Pick<DistributionSpec, "artifact">): boolean {
  return artifact?.startsWith("oci://") === true;
}

/** What can be said about a distribution before it is reached. */
export const DISTRIBUTION_RULES: readonly Rule[] = [
  error("distribution.artifact", ({ distribution: { artifact } }) => {
    if (artifact === undefined || /^(?:file|oci):\/\//.test(artifact)) return undefined;
    return `${printValue(artifact)} must be "oci://registry/repository:tag", or a folder as "file:///…"; leave it out for the embedded releases`;
  }),
  ...DISTRIBUTION_TEXTS.map(({ path, of, check }) =>
    error(path, ({ distribution }) => {
      const text = of(distribution);
      return text === undefined || isToken(text) ? undefined : check(text);
    }),
  ),
  error(
    "distribution.insecure",
    ({ distribution: { insecure, caCertificate } }) =>
      insecure && caCertificate !== undefined
        ? "is HTTP without TLS, where caCertificate counts for nothing; leave one of them out"
        : undefined,
    "distribution.caCertificate",
  ),
  error("distribution.verify", ({ distribution: { verify } }) => verify && signers(verify)),
  error(
    "distribution.verify",
    ({ distribution }) =>
      distribution.verify !== undefined && !isInRegistry(distribution)
        ? "needs an artifact in a registry, as only there are signatures; set distribution.artifact to oci://…, or leave verify out"
        : undefined,
    "distribution.artifact",
  ),
];

function signers({ issuer, identity, publicKey }: VerifySpec): string | undefined {
  const [some, all] = [issuer ?? identity, issuer !== undefined && identity !== undefined];
  if (publicKey === undefined && all) return undefined;
  if (publicKey !== undefined && some === undefined) return undefined;
  if (publicKey !== undefined) return "has a publicKey beside issuer or identity; give one way";
  return "names no signer; give issuer and identity of a keyless signature, or a publicKey";
}

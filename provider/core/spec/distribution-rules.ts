import { isToken } from "../opaque";
import { toVerifyPolicy, VerifyPolicyError } from "../signature/policy";
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
  ...([undefined, "issuer", "identity", "publicKey", "trustedRoot"] as const).map((property) =>
    error(
      property === undefined ? "distribution.verify" : `distribution.verify.${property}`,
      ({ distribution }) => policyProblem(distribution, property),
    ),
  ),
  error(
    "distribution.verify",
    ({ distribution }) =>
      distribution.verify !== undefined && !isInRegistry(distribution)
        ? "needs an artifact in a registry, as only there are signatures; set distribution.artifact to oci://…, or leave verify out"
        : undefined,
    "distribution.artifact",
  ),
];

/** What is wrong with the policy as a whole, at the property it is about; not told while a part is opaque. */
function policyProblem(
  { verify }: DistributionSpec,
  property: keyof VerifySpec | undefined,
): string | undefined {
  if (verify === undefined || Object.values(verify).some(isToken)) return undefined;
  try {
    toVerifyPolicy(verify);
    return undefined;
  } catch (error) {
    if (!(error instanceof VerifyPolicyError)) throw error;
    return error.property === property ? error.message : undefined;
  }
}

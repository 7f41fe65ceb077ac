import { certificateProblem } from "./certificate";
import type { DistributionSpec } from "./spec";

/** A text of the distribution that decides no object: it may be a secret, so no message quotes it. */
export interface DistributionText {
  readonly path: string;
  readonly of: (distribution: DistributionSpec) => string | undefined;
  /** What is wrong with it by itself, if anything; a secret is checked when the artifact is reached. */
  readonly check: (text: string) => string | undefined;
}

type Of = DistributionText["of"];
type Check = DistributionText["check"];

const text = (path: string, of: Of, check: Check): DistributionText => ({
  path: `distribution.${path}`,
  of,
  check,
});

/** How the artifact is reached and verified. */
export const DISTRIBUTION_TEXTS: readonly DistributionText[] = [
  text("artifactPullSecret", ({ artifactPullSecret }) => artifactPullSecret, anything),
  text(
    "artifactCredentials",
    ({ artifactCredentials: all }) => (typeof all === "string" ? all : undefined),
    () => "expected an object with username and password",
  ),
  text("artifactCredentials.username", credential("username"), notEmpty),
  text("artifactCredentials.password", credential("password"), notEmpty),
  text("caCertificate", ({ caCertificate }) => caCertificate, certificateProblem),
  text("verify.issuer", ({ verify }) => verify?.issuer, anything),
  text("verify.identity", ({ verify }) => verify?.identity, anything),
  text("verify.publicKey", ({ verify }) => verify?.publicKey, anything),
  text("verify.trustedRoot", ({ verify }) => verify?.trustedRoot, trustedRootProblem),
];

function credential(key: "username" | "password"): Of {
  return ({ artifactCredentials: all }) => (typeof all === "string" ? undefined : all?.[key]);
}

function anything(): undefined {
  return undefined;
}

function notEmpty(given: string): string | undefined {
  return given.trim() === "" ? "is empty; give a value" : undefined;
}

function trustedRootProblem(given: string): string | undefined {
  const problem = "is no JSON object; give the content of a trusted_root.json";
  try {
    const value: unknown = JSON.parse(given);
    return typeof value === "object" && value !== null ? undefined : problem;
  } catch {
    return problem;
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject } from "../../core/manifest";
import { digestOf, hexOf, type Digest } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { toVerifyPolicy, VerifyPolicyError, type VerifyPolicy } from "../../core/signature/policy";
import type { VerifySpec } from "../../core/spec/spec";
import { EMBEDDED_FOLDER } from "../embedded";
import type { ArtifactCache } from "./cache";
import type { RegistryClient } from "./registry-client";

/** What is to be verified, and by which means. */
export interface Verifying {
  /** How messages name it. */
  readonly where: string;
  readonly digest: Digest;
  readonly client: RegistryClient;
  readonly cache: ArtifactCache;
  readonly offline: boolean;
}

/** The root of the public-good instance; distribution/sigstore/README.md tells where it is from. */
const PUBLIC_GOOD = join(EMBEDDED_FOLDER, "sigstore", "trusted-root.json");

/**
 * Checks that a manifest has a signature that the policy accepts. One that was found is remembered in the cache for this
 * policy, root and digest, so that it needs no network again.
 *
 * @throws ArtifactError when there is none
 */
export async function requireSignature(verifying: Verifying, args: VerifySpec): Promise<void> {
  try {
    await verify(verifying, args);
  } catch (error) {
    if (!(error instanceof VerifyPolicyError)) throw error;
    const { property, message } = error;
    const path = property === undefined ? "" : `.${property}`;
    const reason = `distribution.verify${path} ${message}`;
    throw new ArtifactError("invalid-policy", verifying.where, reason);
  }
}

async function verify(verifying: Verifying, args: VerifySpec): Promise<void> {
  const { where, digest, cache, offline } = verifying;
  const policy = toVerifyPolicy(args);
  const root = args.trustedRoot ?? (await readFile(PUBLIC_GOOD, "utf8"));
  const value = { digest, policy: nameOf(policy, root) };
  const file = cache.recordFile("verified", hexOf(digestOf(Buffer.from(JSON.stringify(value)))));
  const known = await cache.record(file);
  if (isObject(known) && known["digest"] === digest && known["policy"] === value.policy) return;
  if (offline) throw notVerifiedYet(where);
  // Loaded when it is needed, as it brings the libraries of Sigstore.
  const { findSignature } = await import("./verification-search.js");
  await findSignature(verifying, policy, root);
  await cache.keepRecord(file, value);
}

/** Another one for every policy and root. */
function nameOf(policy: VerifyPolicy, root: string): string {
  if (policy.kind === "key") {
    return JSON.stringify(["key", digestOf(policy.key.export({ type: "spki", format: "der" }))]);
  }
  const { issuer, identity } = policy;
  return JSON.stringify(["keyless", issuer, identity, digestOf(Buffer.from(root))]);
}

function notVerifiedYet(where: string): ArtifactError {
  const reason =
    "has not been verified by distribution.verify on this machine, and a signature can't be fetched when offline; verify it once online";
  return new ArtifactError("not-cached", where, reason);
}

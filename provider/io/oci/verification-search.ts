import { hexOf } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import type { Descriptor } from "../../core/oci/manifest";
import { requireBundle, type Trusted } from "../../core/signature/bundle";
import { SignatureError } from "../../core/signature/error";
import { BUNDLE, SIMPLE_SIGNING } from "../../core/signature/media-types";
import type { VerifyPolicy } from "../../core/signature/policy";
import { requireSimple } from "../../core/signature/simple-signing";
import { toTrust } from "../../core/signature/trust";
import { attempt, signaturesOf, type SignatureManifest } from "./signatures";
import type { Verifying as Attempt } from "./verification";

type Verifying = Pick<Attempt, "where" | "digest" | "client">;

/** As the reference; a signature has some kilobytes. */
const MAX_SIZE = 4 * 1024 * 1024;

/** How many signatures are looked at, so that a list of them without end has one. */
const MAX_SIGNATURES = 100;

/** How many failures a message tells. */
const MAX_TOLD = 5;

/**
 * Tries every signature of a manifest until one is right.
 *
 * @param root the trusted root of a keyless policy
 * @throws ArtifactError when none is; VerifyPolicyError when the root is none
 */
export async function findSignature(
  verifying: Verifying,
  policy: VerifyPolicy,
  root: string,
): Promise<void> {
  const trusted = policy.kind === "key" ? { policy } : { policy, trust: toTrust(root) };
  const failures: string[] = [];
  const skip = (reason: string) => failures.push(reason);
  let count = 0;
  for await (const manifest of signaturesOf(verifying.client, verifying.digest, skip)) {
    for (const layer of manifest.image.layers) {
      if (!isSignature(manifest, layer)) continue;
      count += 1;
      if (count > MAX_SIGNATURES) throw tooMany(verifying.where, failures);
      if (await isRight(verifying, manifest, layer, trusted, skip)) return;
    }
  }
  throw failures.length === 0
    ? unsigned(verifying)
    : unverified(verifying.where, failures, failures.length);
}

function isSignature({ form }: SignatureManifest, { mediaType }: Descriptor): boolean {
  return form === "bundle" ? mediaType.startsWith(BUNDLE) : mediaType === SIMPLE_SIGNING;
}

async function isRight(
  { client, digest }: Verifying,
  { form, digest: manifest }: SignatureManifest,
  layer: Descriptor,
  trusted: Trusted,
  skip: (reason: string) => void,
): Promise<boolean> {
  const name = `the ${form === "bundle" ? "bundle" : "older signature"} in ${manifest}`;
  if (layer.size > MAX_SIZE) {
    skip(`${name} is ${layer.size} bytes long; at most ${MAX_SIZE} are read`);
    return false;
  }
  const content = await attempt(() => client.blob(layer), skip);
  if (content === undefined) return false;
  try {
    if (form === "bundle") requireBundle(content, digest, trusted);
    else requireSimple({ payload: content, annotations: layer.annotations }, digest, trusted);
    return true;
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    skip(`${name} ${error.message}`);
    return false;
  }
}

function unsigned({ where, digest }: Verifying): ArtifactError {
  const looked = `neither a Sigstore bundle refers to it, nor is there the tag sha256-${hexOf(digest)}.sig`;
  const remedy =
    "take a signed artifact, sign it with `cosign sign`, or copy its signature where it was copied from";
  return new ArtifactError("unsigned", where, `has no signature: ${looked}; ${remedy}`);
}

function unverified(where: string, failures: readonly string[], count: number): ArtifactError {
  const told = failures.slice(0, MAX_TOLD).join("; ");
  const more = count > MAX_TOLD ? `; and ${count - MAX_TOLD} more` : "";
  const remedy = "take an artifact of the signer you trust, or correct distribution.verify";
  const reason = `has no signature that distribution.verify accepts, and nothing of it was used; ${remedy}. Looked at: ${told}${more}`;
  return new ArtifactError("unverified", where, reason);
}

function tooMany(where: string, failures: readonly string[]): ArtifactError {
  const last = `the others were not looked at, as there are more than ${MAX_SIGNATURES}`;
  return unverified(where, [...failures.slice(0, MAX_TOLD - 1), last], MAX_TOLD);
}

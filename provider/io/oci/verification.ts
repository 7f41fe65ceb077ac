import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, hexOf, type Digest } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import type { Descriptor } from "../../core/oci/manifest";
import { requireBundle, type Trusted } from "../../core/signature/bundle";
import { SignatureError } from "../../core/signature/error";
import { BUNDLE, SIMPLE_SIGNING } from "../../core/signature/media-types";
import { toVerifyPolicy, VerifyPolicyError } from "../../core/signature/policy";
import type { VerifySpec } from "../../core/spec/spec";
import { requireSimple } from "../../core/signature/simple-signing";
import { toTrust } from "../../core/signature/trust";
import { isObject } from "../../core/manifest";
import { EMBEDDED_FOLDER } from "../embedded";
import type { ArtifactCache } from "./cache";
import type { RegistryClient } from "./registry-client";
import { attempt, signaturesOf, type SignatureManifest } from "./signatures";

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

/** As the reference; a signature has some kilobytes. */
const MAX_SIZE = 4 * 1024 * 1024;

/** How many signatures are looked at, so that a list of them without end has one. */
const MAX_SIGNATURES = 100;

/** How many failures a message tells. */
const MAX_TOLD = 5;

/**
 * Checks that a manifest has a signature that the policy accepts. One that was found is remembered in the cache for this
 * policy, root and digest, so that it needs no network again.
 *
 * @throws ArtifactError when there is none
 */
export async function requireSignature(verifying: Verifying, args: VerifySpec): Promise<void> {
  const { where, digest, cache, offline } = verifying;
  const { trusted, name } = await trustedBy(where, args);
  const value = { digest, policy: name };
  const file = cache.recordFile("verified", hexOf(digestOf(Buffer.from(JSON.stringify(value)))));
  const known = await cache.record(file);
  if (isObject(known) && known["digest"] === digest && known["policy"] === name) return;
  if (offline) throw notVerifiedYet(where);
  await findSignature(verifying, trusted);
  await cache.keepRecord(file, value);
}

interface Named {
  readonly trusted: Trusted;
  /** Different for every policy and root. */
  readonly name: string;
}

async function trustedBy(where: string, args: VerifySpec): Promise<Named> {
  try {
    const policy = toVerifyPolicy(args);
    if (policy.kind === "key") {
      const key = policy.key.export({ type: "spki", format: "der" });
      return { trusted: { policy }, name: JSON.stringify(["key", digestOf(key)]) };
    }
    const root = args.trustedRoot ?? (await readFile(PUBLIC_GOOD, "utf8"));
    const { issuer, identity } = policy;
    const name = JSON.stringify(["keyless", issuer, identity, digestOf(Buffer.from(root))]);
    return { trusted: { policy, trust: toTrust(root) }, name };
  } catch (error) {
    if (!(error instanceof VerifyPolicyError)) throw error;
    const { property, message } = error;
    const path = property === undefined ? "" : `.${property}`;
    throw new ArtifactError("invalid-policy", where, `distribution.verify${path} ${message}`);
  }
}

/** Tries every signature until one is right. */
async function findSignature(verifying: Verifying, trusted: Trusted): Promise<void> {
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
  const told = failures.slice(0, MAX_TOLD).map((failure) => `\n- ${failure}`);
  const more = count > MAX_TOLD ? `\n- and ${count - MAX_TOLD} more` : "";
  const reason = `has no signature that distribution.verify accepts; nothing of it was used. Take an artifact of the signer you trust, or correct distribution.verify. Looked at:${told.join("")}${more}`;
  return new ArtifactError("unverified", where, reason);
}

function tooMany(where: string, failures: readonly string[]): ArtifactError {
  const last = `the others were not looked at, as there are more than ${MAX_SIGNATURES}`;
  return unverified(where, [...failures.slice(0, MAX_TOLD - 1), last], MAX_TOLD);
}

function notVerifiedYet(where: string): ArtifactError {
  const reason =
    "has not been verified by distribution.verify on this machine, and a signature can't be fetched when offline; verify it once online";
  return new ArtifactError("not-cached", where, reason);
}

import { fileURLToPath } from "node:url";
import { ArtifactError } from "../core/oci/error";
import { tagOf } from "../core/oci/layout-index";
import { namesTag, parseReference, printReference, type Reference } from "../core/oci/reference";
import type { Surroundings } from "./oci/access";
import { Layout } from "./oci/layout";
import { mirror, type MirrorReport, type Wish } from "./oci/mirror";
import type { Origin, Target } from "./oci/places";
import { RegistryClient } from "./oci/registry-client";

/** For one blob; ten minutes are 64 MiB at 0.9 Mbit/s. */
const TIME_LIMIT = 600_000;

/** What was copied, and the name of the copy that can't come to mean something else. */
export interface MirroredArtifact {
  readonly report: MirrorReport;
  readonly pin: string;
}

/**
 * Copies an artifact with its signatures from one registry or OCI layout to another.
 *
 * @param source `oci://…`, or the file URL of a layout
 * @param destination the same; without a tag the artifact keeps its own
 * @throws ArtifactError
 */
export async function mirrorArtifact(
  source: string,
  destination: string,
  surroundings: Surroundings,
): Promise<MirroredArtifact> {
  const from = await openOrigin(source, surroundings);
  const { to, given, fallback, pinOf } = openTarget(destination, surroundings);
  const tag = given ?? from.wish.tag ?? fallback;
  const report = await mirror(from.origin, to, { ...from.wish, tag });
  return { report, pin: pinOf(tag, report.digest) };
}

interface OpenOrigin {
  readonly origin: Origin;
  readonly wish: Wish;
}

async function openOrigin(source: string, surroundings: Surroundings): Promise<OpenOrigin> {
  if (!source.startsWith("oci://")) {
    const folder = fileURLToPath(source);
    const layout = new Layout(folder);
    const chosen = await layout.chosen();
    return {
      origin: layout,
      wish: { where: folder, reference: chosen.digest, tag: tagOf(chosen) },
    };
  }
  const reference = parseReference(source);
  const { digest, tag = "latest" } = reference;
  const origin = new RegistryClient(reference, { surroundings, timeLimit: TIME_LIMIT });
  const wish = { where: printReference(reference), reference: digest ?? tag, tag: reference.tag };
  return { origin, wish };
}

interface OpenTarget {
  readonly to: Target;
  /** The tag that was asked for. */
  readonly given?: string | undefined;
  /** The tag where neither side has one. */
  readonly fallback?: string;
  readonly pinOf: (tag: string | undefined, digest: MirrorReport["digest"]) => string;
}

function openTarget(destination: string, surroundings: Surroundings): OpenTarget {
  if (!destination.startsWith("oci://")) {
    const to = new Layout(fileURLToPath(destination));
    // What has no name can't be found in a folder.
    return { to, fallback: "latest", pinOf: (_tag, digest) => `${destination} ${digest}` };
  }
  const reference = parseReference(destination);
  if (reference.digest !== undefined) throw withDigest(destination);
  const { registry, repository } = reference;
  const access = { surroundings, timeLimit: TIME_LIMIT };
  return {
    to: new RegistryClient(reference, access, "pull,push"),
    given: namesTag(destination) ? reference.tag : undefined,
    pinOf: (tag, digest) =>
      `oci://${printReference(pinned({ registry, repository }, tag, digest))}`,
  };
}

function pinned(
  place: Pick<Reference, "registry" | "repository">,
  tag: string | undefined,
  digest: MirrorReport["digest"],
): Reference {
  return { ...place, digest, ...(tag === undefined ? {} : { tag }) };
}

function withDigest(destination: string): ArtifactError {
  const reason = "a copy has the digest of its source; leave the digest out of the destination";
  return new ArtifactError("invalid-reference", `"${destination}"`, reason);
}

import type { Digest } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS } from "../../core/oci/limits";
import { IMAGE_INDEX, readManifest, type Descriptor } from "../../core/oci/manifest";
import type { Answer } from "./http";
import type { Session } from "./session";

/** A page has room for thousands; a registry that lists without an end stops here. */
const MAX_PAGES = 20;

/**
 * What a registry itself knows to refer to a manifest, of all pages; undefined where it has no API for that.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 *
 * @param where how messages name the manifest
 * @throws ArtifactError also where the list can't be read to its end: a part of it could lack the signature
 */
export async function referrersByApi(
  session: Session,
  digest: Digest,
  where: string,
): Promise<readonly Descriptor[] | undefined> {
  const { registry, place } = session;
  const found: Descriptor[] = [];
  let target = new URL(`/v2/${place.repository}/referrers/${digest}`, registry);
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await session.send({
      method: "GET",
      target,
      headers: { accept: IMAGE_INDEX },
      limit: LIMITS.manifest,
      where,
      accept: page === 1 ? [200, 400, 404, 405] : [200],
    });
    if (page === 1 && !isIndex(answer)) return undefined;
    found.push(...referrersIn(where, answer.body));
    const next = nextPage(answer, target);
    if (next === undefined) return found;
    if (next.origin !== registry.origin) throw elsewhere(where, next);
    target = next;
  }
  const reason = `what refers to it fills more than ${MAX_PAGES} pages; remove what is not needed, or use a copy`;
  throw new ArtifactError("too-large", where, reason);
}

function isIndex({ status, headers }: Answer): boolean {
  return status === 200 && (headers["content-type"] ?? "").startsWith(IMAGE_INDEX);
}

/** The manifests that a list of referrers names. */
export function referrersIn(where: string, content: Buffer): readonly Descriptor[] {
  const index = readManifest(where, content, IMAGE_INDEX);
  return index.kind === "index" ? index.manifests : [];
}

/** https://www.rfc-editor.org/rfc/rfc8288 */
function nextPage({ headers }: Answer, from: URL): URL | undefined {
  const [, link] = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(String(headers["link"] ?? "")) ?? [];
  return link !== undefined && URL.canParse(link, from.href) ? new URL(link, from) : undefined;
}

function elsewhere(where: string, { origin }: URL): ArtifactError {
  const reason = `the list of what refers to it goes on at ${origin}, which is not the registry and not asked; check the registry's own address in its configuration, or use a copy`;
  return new ArtifactError("unsafe-redirect", where, reason);
}

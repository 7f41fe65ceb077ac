import { digestOf, type Digest, type Expected } from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS } from "../../core/oci/limits";
import type { Session } from "./session";

/** Statuses by which a registry says that an upload is lost, as after a connection that broke. */
const LOST_UPLOAD = [400, 404, 416];

/** Whether the repository has a blob of that size. */
export async function hasBlob(session: Session, { digest, size }: Expected): Promise<boolean> {
  const answer = await session.send({
    method: "HEAD",
    target: `blobs/${digest}`,
    limit: LIMITS.answer,
    accept: [200, 404],
  });
  const length = answer.headers["content-length"];
  const fits = size === undefined || length === undefined || Number(length) === size;
  return answer.status === 200 && fits;
}

/**
 * Puts content into the repository, in one piece; the registry checks it by its digest.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
export async function uploadBlob(session: Session, content: Buffer): Promise<Digest> {
  const digest = digestOf(content);
  try {
    await upload(session, content, digest);
  } catch (error) {
    const lost = error instanceof ArtifactError && LOST_UPLOAD.includes(error.status ?? 0);
    if (!lost) throw error;
    await upload(session, content, digest);
  }
  return digest;
}

async function upload(session: Session, content: Buffer, digest: Digest): Promise<void> {
  const limit = LIMITS.answer;
  const start = { method: "POST", target: "blobs/uploads/", limit, accept: [202] } as const;
  const place = session.placeOf(await session.send(start), session.registry);
  place.searchParams.set("digest", digest);
  await session.send({
    method: "PUT",
    target: place,
    headers: { "content-type": "application/octet-stream" },
    body: content,
    limit,
    accept: [201],
  });
}

/** Puts a manifest into the repository, behind a tag or by its digest alone. */
export async function uploadManifest(
  session: Session,
  content: Buffer,
  mediaType: string,
  { where, tag }: { readonly where: string; readonly tag?: string | undefined },
): Promise<Digest> {
  const digest = digestOf(content);
  await session.send({
    method: "PUT",
    target: `manifests/${tag ?? digest}`,
    headers: { "content-type": mediaType },
    body: content,
    limit: LIMITS.answer,
    where,
    accept: [201],
  });
  return digest;
}

import type { ServerResponse } from "node:http";
import { isObject } from "../../../provider/core/manifest";
import { digestOf, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX } from "../../../provider/core/oci/manifest";
import { describeReferrer, subjectOf } from "../../../provider/core/oci/referrers";
import type { Trick } from "./hostile";
import { serve, type Seen, type TestServer } from "./server";

interface Stored {
  readonly content: Buffer;
  readonly mediaType: string;
}

/** What a test wants of a registry besides the plain one. */
export interface Wishes {
  /** Has the referrers API; docker-registry has not. */
  readonly referrers?: boolean;
  /** The only value of `Authorization` that is let in. */
  readonly authorization?: string;
  readonly trick?: Trick;
}

/** A registry in memory, with what it holds; of every repository the same. */
export interface MemoryRegistry extends TestServer {
  readonly blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: Map<string, Stored>;
}

/**
 * A registry that takes and gives, and refuses a manifest whose content it has not: a fake, for the referrers API that
 * the real registry of the tests lacks, and for trouble at a chosen moment.
 */
export async function startMemoryRegistry(wishes: Wishes = {}): Promise<MemoryRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Stored>();
  const server = await serve((seen, response) => {
    if (wishes.authorization !== undefined && seen.authorization !== wishes.authorization) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="registry"' }).end();
      return;
    }
    if (wishes.trick?.(seen, response) === true) return;
    const [, kind = "", reference = ""] =
      /^.*\/(blobs|manifests|referrers)\/(.+)$/.exec(seen.path) ?? [];
    if (kind === "blobs") answerBlob(blobs, seen, reference, response);
    else if (kind === "manifests") answerManifest({ blobs, manifests }, seen, reference, response);
    else if (wishes.referrers === true) answerReferrers(manifests, reference, response);
    else response.writeHead(404).end();
  });
  return Object.assign(server, { blobs, manifests });
}

function answerBlob(
  blobs: Map<string, Buffer>,
  { method, content, path }: Seen,
  reference: string,
  response: ServerResponse,
) {
  if (method === "POST") {
    response.writeHead(202, { location: path + "1" }).end();
  } else if (method === "PUT") {
    const digest = new URL(path, "http://registry").searchParams.get("digest") ?? "";
    const fits = digestOf(content) === digest;
    if (fits) blobs.set(digest, content);
    response.writeHead(fits ? 201 : 400).end();
  } else {
    give(response, method, blobs.get(reference), {});
  }
}

function answerManifest(
  { blobs, manifests }: Pick<MemoryRegistry, "blobs" | "manifests">,
  { method, content, contentType = "" }: Seen,
  reference: string,
  response: ServerResponse,
) {
  if (method !== "PUT") {
    const found = manifests.get(reference);
    const headers = found && {
      "content-type": found.mediaType,
      "docker-content-digest": digestOf(found.content),
    };
    give(response, method, found?.content, headers ?? {});
    return;
  }
  const complete = namedIn(content).every((digest) => blobs.has(digest) || manifests.has(digest));
  if (complete) {
    for (const name of [reference, digestOf(content)]) {
      manifests.set(name, { content, mediaType: contentType });
    }
  }
  response.writeHead(complete ? 201 : 404).end();
}

function answerReferrers(
  manifests: ReadonlyMap<string, Stored>,
  subject: string,
  response: ServerResponse,
) {
  const referring = [...manifests].filter(
    ([name, { content }]) => name.includes(":") && subjectOf(name, content) === subject,
  );
  const entries = referring.map(([name, { content }]) => describeReferrer(name, content));
  response.setHeader("content-type", IMAGE_INDEX);
  response.end(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests: entries }));
}

function give(
  response: ServerResponse,
  method: string,
  content: Buffer | undefined,
  headers: Readonly<Record<string, string>>,
) {
  response.writeHead(content === undefined ? 404 : 200, {
    ...headers,
    "content-length": content?.length ?? 0,
  });
  response.end(method === "HEAD" ? undefined : content);
}

/** The digests that a manifest or an index can't do without. */
function namedIn(content: Buffer): readonly Digest[] {
  const {
    config,
    layers = [],
    manifests = [],
  } = JSON.parse(content.toString()) as Partial<Record<string, unknown>>;
  const lists = [[config], layers, manifests].flatMap((list): readonly unknown[] =>
    Array.isArray(list) ? list : [],
  );
  return lists.filter(isObject).map(({ digest }) => digest as Digest);
}

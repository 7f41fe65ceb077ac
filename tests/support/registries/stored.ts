import type { ServerResponse } from "node:http";
import { digestOf, isDigest, type Digest } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX } from "../../../provider/core/oci/manifest";
import { serve, type TestServer } from "./server";

/** Where a test puts manifests and blobs: a registry in memory, or a real one through its client. */
export interface Target {
  pushBlob(content: Buffer): Promise<Digest>;
  pushManifest(content: Buffer, mediaType: string, tag?: string): Promise<Digest>;
}

export interface StoredRegistry extends TestServer, Target {
  /** Everything by its digest, and manifests also by their tags; a test may change it. */
  readonly content: Map<string, Buffer>;
}

interface Wishes {
  /** With the referrers API; like some registries it tells another type than the manifest has. */
  readonly referrers: boolean;
}

/** A registry in memory, of one repository, which is only read over HTTP. */
export async function startStoredRegistry({ referrers }: Wishes): Promise<StoredRegistry> {
  const content = new Map<string, Buffer>();
  const types = new Map<string, string>();
  const server = await serve(({ method, path }, response) => {
    const [, kind = "", name = ""] = /\/(manifests|blobs|referrers)\/([^/]+)$/.exec(path) ?? [];
    const isList = kind === "referrers";
    const list = isList && referrers ? indexOf(name, content, types) : undefined;
    const found = isList ? list : content.get(name);
    const type = isList ? IMAGE_INDEX : (types.get(name) ?? "application/octet-stream");
    if (found === undefined) response.writeHead(404).end();
    else send(response, found, type, method);
  });
  return {
    ...server,
    content,
    pushBlob: (blob) => {
      content.set(digestOf(blob), blob);
      return Promise.resolve(digestOf(blob));
    },
    pushManifest: (manifest, mediaType, tag) => {
      for (const name of [digestOf(manifest), ...(tag === undefined ? [] : [tag])]) {
        content.set(name, manifest);
        types.set(name, mediaType);
      }
      return Promise.resolve(digestOf(manifest));
    },
  };
}

function send(response: ServerResponse, content: Buffer, type: string, method: string): void {
  response.writeHead(200, {
    "content-type": type,
    "content-length": content.length,
    "docker-content-digest": digestOf(content),
  });
  response.end(method === "HEAD" ? undefined : content);
}

function indexOf(
  subject: string,
  content: ReadonlyMap<string, Buffer>,
  types: ReadonlyMap<string, string>,
): Buffer {
  const manifests = [...content]
    .filter(([name]) => isDigest(name) && types.has(name))
    .filter(([, manifest]) => subjectOf(manifest) === subject)
    .map(([digest, { length: size }]) => ({
      mediaType: types.get(digest),
      digest,
      size,
      artifactType: "application/vnd.oci.empty.v1+json",
    }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests }));
}

function subjectOf(manifest: Buffer): string | undefined {
  try {
    const { subject } = JSON.parse(manifest.toString()) as { subject?: { digest?: string } };
    return subject?.digest;
  } catch {
    return undefined;
  }
}

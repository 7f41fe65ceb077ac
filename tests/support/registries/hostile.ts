import type { ServerResponse } from "node:http";
import type { TestArtifact } from "./artifact";
import { serve, type Seen, type TestServer } from "./server";

/** Answers a request and returns true, or leaves it to the registry. */
export type Trick = (seen: Seen, response: ServerResponse) => boolean;

/** A registry with one artifact behind every tag, which may answer some requests otherwise. */
export async function startHostileRegistry(
  artifact: () => TestArtifact,
  trick: Trick = () => false,
): Promise<TestServer> {
  return await serve((seen, response) => {
    if (!trick(seen, response)) answer(artifact(), seen, response);
  });
}

function answer({ manifest, digest, blobs }: TestArtifact, seen: Seen, response: ServerResponse) {
  const [, kind = "", reference = ""] = /\/(manifests|blobs)\/([^/]+)$/.exec(seen.path) ?? [];
  const isTag = !reference.startsWith("sha256");
  const blob = [...blobs].find(([name]) => name === reference)?.[1];
  const found = kind === "blobs" ? blob : isTag || reference === digest ? manifest : undefined;
  if (found === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = "application/vnd.oci.image.manifest.v1+json";
  response.writeHead(200, {
    "content-length": found.length,
    ...(kind === "blobs" ? {} : { "content-type": type, "docker-content-digest": digest }),
  });
  response.end(seen.method === "HEAD" ? undefined : found);
}

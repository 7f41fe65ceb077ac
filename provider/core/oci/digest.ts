import { createHash } from "node:crypto";
import { ArtifactError } from "./error";

/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** What is known of content before it is read. */
export interface Expected {
  readonly digest: Digest;
  /** In bytes; left out where only the digest is known. */
  readonly size?: number;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** True for a SHA-256 digest; no other algorithm is in use for artifacts. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === "string" && DIGEST.test(value);
}

export function digestOf(content: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/**
 * The one door for content from outside: returns it when size and digest are as expected.
 *
 * @throws ArtifactError
 */
export function verified(where: string, content: Buffer, { digest, size }: Expected): Buffer {
  if (size !== undefined && content.length !== size) {
    const reason = `has ${content.length} bytes instead of ${size}; nothing of it was used`;
    throw new ArtifactError("digest-mismatch", where, reason);
  }
  const actual = digestOf(content);
  if (actual === digest) return content;
  const reason = `has the digest ${actual} instead of ${digest}; nothing of it was used`;
  throw new ArtifactError("digest-mismatch", where, reason);
}

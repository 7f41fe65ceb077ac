import { isObject } from "../core/manifest";
import { digestOf, hexOf, isDigest, type Digest, type Expected } from "../core/oci/digest";
import { ArtifactError, type ArtifactErrorCode } from "../core/oci/error";
import { printReference, type Reference } from "../core/oci/reference";
import type { Artifact } from "./artifact";
import { TIME_LIMIT, type ArtifactAccess } from "./oci/access";
import type { ArtifactCache } from "./oci/cache";
import { filesOf } from "./oci/image";
import { RegistryClient } from "./oci/registry-client";
import { firstOf } from "./signal";

/**
 * Finds an artifact in a registry: by its digest without a request, by its tag with one. Its content comes from the
 * cache, else from the registry; none of it is used before a signature that was asked for is verified.
 *
 * @throws ArtifactError
 */
export async function registryArtifact(
  reference: Reference,
  access: ArtifactAccess,
  cache: ArtifactCache,
): Promise<Artifact> {
  const pull = new Pull(reference, access, cache);
  const digest = await pull.digest();
  await pull.verify(digest);
  return {
    digest,
    files: () => filesOf(printReference({ ...reference, digest }), digest, pull),
  };
}

/** Why a registry may not answer now that did before. */
const AWAY: readonly ArtifactErrorCode[] = [
  "unreachable",
  "timeout",
  "unavailable",
  "rate-limited",
];

/** Reads content through the cache. */
class Pull {
  readonly #reference: Reference;
  readonly #access: ArtifactAccess;
  readonly #cache: ArtifactCache;
  readonly #client: RegistryClient;

  constructor(reference: Reference, access: ArtifactAccess, cache: ArtifactCache) {
    this.#reference = reference;
    this.#access = access;
    this.#cache = cache;
    // One limit for all requests of a pull, as in the reference.
    const limit = AbortSignal.timeout(access.timeLimit ?? TIME_LIMIT);
    const signal = firstOf(access.signal, limit);
    this.#client = new RegistryClient(reference, { ...access, signal });
  }

  /** The digest that the reference names, now or when it was last seen. */
  async digest(): Promise<Digest> {
    const { digest, tag = "latest" } = this.#reference;
    if (digest !== undefined) return digest;
    const name = printReference(this.#reference);
    const file = this.#cache.recordFile("tags", hexOf(digestOf(Buffer.from(name))));
    const lastSeen = toLastSeen(name, await this.#cache.record(file));
    if (this.#access.offline === true) return this.#seenOffline(name, lastSeen);
    const now = await this.#ask(name, tag, lastSeen);
    if (now !== lastSeen) await this.#cache.keepRecord(file, { reference: name, digest: now });
    return now;
  }

  /** Checks the signature that the policy wants, if there is a policy. */
  async verify(digest: Digest): Promise<void> {
    const { verify, offline = false } = this.#access;
    if (verify === undefined) return;
    const where = printReference({ ...this.#reference, digest });
    const verifying = { where, digest, client: this.#client, cache: this.#cache, offline };
    // Loaded when it is needed.
    await (await import("./oci/verification.js")).requireSignature(verifying, verify);
  }

  #seenOffline(name: string, lastSeen: Digest | undefined): Digest {
    if (lastSeen === undefined) throw notCached(name);
    this.#access.warn(`${name}: offline, so the last digest seen is used: ${lastSeen}`);
    return lastSeen;
  }

  /** A digest that was seen before is only compared; a new one is fetched with its content. */
  async #ask(name: string, tag: string, lastSeen: Digest | undefined): Promise<Digest> {
    try {
      const now = lastSeen === undefined ? undefined : await this.#client.resolve(tag);
      if (now !== undefined) return now;
      const { digest, content } = await this.#client.manifest(tag);
      await this.#cache.keepContent(digest, content);
      return digest;
    } catch (error) {
      const away = error instanceof ArtifactError && AWAY.includes(error.code);
      if (away && lastSeen !== undefined) {
        const remedy = `; the last digest seen is ${lastSeen}: use it by digest, or offline`;
        const { code, reason, status } = error;
        throw new ArtifactError(code, name, reason + remedy, {
          ...(status !== undefined && { status }),
          cause: error,
        });
      }
      throw error;
    }
  }

  async manifest({ digest }: Expected): Promise<Buffer> {
    return await this.#through(digest, async () => (await this.#client.manifest(digest)).content);
  }

  async blob(expected: Expected): Promise<Buffer> {
    return await this.#through(expected.digest, () => this.#client.blob(expected));
  }

  async #through(digest: Digest, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const cached = await this.#cache.content(digest);
    if (cached !== undefined) return cached;
    if (this.#access.offline === true)
      throw notCached(printReference({ ...this.#reference, digest }));
    const content = await fetch();
    await this.#cache.keepContent(digest, content);
    return content;
  }
}

/** A record counts for the reference that is written in it alone. */
function toLastSeen(name: string, record: unknown): Digest | undefined {
  if (!isObject(record) || record["reference"] !== name) return undefined;
  return isDigest(record["digest"]) ? record["digest"] : undefined;
}

function notCached(name: string): ArtifactError {
  const reason = "is not in the cache, and there is no network when offline; fetch it once online";
  return new ArtifactError("not-cached", name, reason);
}

import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  digestOf,
  hexOf,
  isDigest,
  verified,
  type Digest,
  type Expected,
} from "../../core/oci/digest";
import { ArtifactError } from "../../core/oci/error";
import { chosenIn, readLayoutIndex, tagOf, withName } from "../../core/oci/layout-index";
import { LIMITS } from "../../core/oci/limits";
import { readManifest, type Descriptor } from "../../core/oci/manifest";
import { referrersTag, subjectOf } from "../../core/oci/referrers";
import { isMissing } from "../file";
import { readLimited } from "../read-limited";
import type { FetchedManifest } from "./registry-client";

const MARK = "oci-layout";

/**
 * A folder with content by its digest, and an index of names. All that it returns has been checked by size and digest;
 * files appear by rename.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class Layout {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The artifact of a layout that holds one. */
  async chosen(): Promise<Descriptor> {
    return chosenIn(this.#folder, await this.#entries());
  }

  /** The digest behind a tag, or a digest that is there. */
  async resolve(reference: string): Promise<Digest | undefined> {
    if (isDigest(reference))
      return (await this.hasBlob({ digest: reference })) ? reference : undefined;
    return (await this.#entries()).find((entry) => tagOf(entry) === reference)?.digest;
  }

  /** The manifest or index behind a tag or digest. */
  async manifest(reference: string): Promise<FetchedManifest> {
    const found = await this.findManifest(reference);
    if (found !== undefined) return found;
    const file = isDigest(reference) ? this.#fileOf(reference) : this.#folder;
    throw new ArtifactError("not-found", file, "there is no such file");
  }

  /** The same; undefined where there is none. */
  async findManifest(reference: string): Promise<FetchedManifest | undefined> {
    const digest = await this.resolve(reference);
    if (digest === undefined) return undefined;
    const file = this.#fileOf(digest);
    const content = verified(file, await readLimited(file, LIMITS.manifest), { digest });
    return { digest, mediaType: readManifest(file, content).mediaType, content };
  }

  /** Content by its digest and, where it is known, its size. */
  async blob(expected: Expected): Promise<Buffer> {
    const file = this.#fileOf(expected.digest);
    return verified(file, await readLimited(file, LIMITS.layer), expected);
  }

  /** What refers to a manifest: behind its tag as in a registry without the API, or named in the index. */
  async referrers(digest: Digest): Promise<readonly Descriptor[]> {
    const list = await this.findManifest(referrersTag(digest));
    const tagged = list === undefined ? [] : readLayoutIndex(this.#folder, list.content);
    const named: Descriptor[] = [];
    for (const entry of await this.#entries()) {
      const found = await this.findManifest(entry.digest);
      if (found === undefined || tagged.some((one) => one.digest === entry.digest)) continue;
      if (subjectOf(this.#folder, found.content) === digest) named.push(entry);
    }
    return [...tagged, ...named];
  }

  /** A folder has no API for what refers to a manifest. */
  referrersByApi(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async hasBlob({ digest, size }: Expected): Promise<boolean> {
    try {
      const found = await stat(this.#fileOf(digest));
      return size === undefined || found.size === size;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async uploadBlob(content: Buffer): Promise<Digest> {
    const digest = digestOf(content);
    await this.#begin();
    await this.#write(join("blobs", "sha256", hexOf(digest)), content);
    return digest;
  }

  /** Keeps a manifest, behind a tag or by its digest alone. */
  async pushManifest(content: Buffer, mediaType: string, tag?: string): Promise<Digest> {
    const digest = await this.uploadBlob(content);
    if (tag === undefined) return digest;
    const file = join(this.#folder, "index.json");
    const index = await readLimited(file, LIMITS.manifest).catch((error: unknown) => {
      if (error instanceof ArtifactError && error.code === "not-found") return undefined;
      throw error;
    });
    const named = { mediaType, digest, size: content.length, tag };
    await this.#write("index.json", withName(this.#folder, index, named));
    return digest;
  }

  async #entries(): Promise<readonly Descriptor[]> {
    const file = join(this.#folder, "index.json");
    try {
      return readLayoutIndex(this.#folder, await readLimited(file, LIMITS.manifest));
    } catch (error) {
      // A layout that is being made.
      if (error instanceof ArtifactError && error.code === "not-found") return [];
      throw error;
    }
  }

  #fileOf(digest: Digest): string {
    return join(this.#folder, "blobs", "sha256", hexOf(digest));
  }

  /** Makes the folder a layout, unless it holds something else. */
  async #begin(): Promise<void> {
    const names = await this.#writing(async () => {
      await mkdir(this.#folder, { recursive: true });
      return await readdir(this.#folder);
    });
    if (names.includes(MARK)) return;
    if (names.length > 0) {
      const reason = "is not empty and no OCI layout; name a folder that is new";
      throw new ArtifactError("refused", this.#folder, reason);
    }
    await this.#write(MARK, Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  }

  async #write(path: string, content: Buffer): Promise<void> {
    const file = join(this.#folder, path);
    await this.#writing(async () => {
      await mkdir(join(file, ".."), { recursive: true });
      const part = `${file}.${randomUUID()}`;
      await writeFile(part, content);
      await rename(part, file);
    });
  }

  async #writing<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      const { code = "unknown" } = cause as NodeJS.ErrnoException;
      const reason = `can't be written (${code}); check its permissions and the room on the disk`;
      throw new ArtifactError("refused", this.#folder, reason, { cause });
    }
  }
}

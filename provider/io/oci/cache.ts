import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf, hexOf, isDigest, type Digest } from "../../core/oci/digest";
import { isMissing } from "../file";
import { markUsed, tidy, UNFINISHED } from "./cache-eviction";

/** The form of the records; another number when it changes, so that versions of this package can share a cache. */
const FORM = "1";

/** Names of records have these characters, so that they stay in their folder. */
const NAME = /^[\w-]+$/;

/**
 * A folder of content by its digest, and of records derived from it. Entries appear by rename and are checked when
 * read, so that processes can share it and none can leave a broken one. A folder that can't be written is a warning.
 * What was not used for long makes room at the first write of a process; an entry that vanishes is one that is missing.
 */
export class ArtifactCache {
  readonly #folder: string | undefined;
  readonly #warn: (line: string) => void;
  #tidied = false;
  #warned = false;

  constructor(folder: string | undefined, warn: (line: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** Content by its digest; what does not fit to it any more is removed. */
  async content(digest: Digest): Promise<Buffer | undefined> {
    const file = this.#contentFile(digest);
    const content = file === undefined ? undefined : await readIfThere(file);
    if (file === undefined || content === undefined) return undefined;
    if (digestOf(content) !== digest) {
      await this.remove(file);
      return undefined;
    }
    await this.used(file);
    return content;
  }

  /** Keeps content, which the caller has verified. */
  async keepContent(digest: Digest, content: Buffer): Promise<void> {
    await this.#write(this.#contentFile(digest), content);
  }

  /** The file of a record; undefined where there is no cache. */
  recordFile(kind: string, name: string): string | undefined {
    if (!NAME.test(name)) throw new Error(`"${name}" can't name a record`);
    return this.#folder && join(this.#folder, `${kind}-${FORM}`, `${name}.json`);
  }

  /** A record, or undefined where there is none that is whole. */
  async record(file: string | undefined): Promise<unknown> {
    const content = file === undefined ? undefined : await readIfThere(file);
    if (file === undefined || content === undefined) return undefined;
    await this.used(file);
    try {
      return unseal(file, content.toString("utf8"));
    } catch {
      await this.remove(file);
      return undefined;
    }
  }

  async keepRecord(file: string | undefined, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await this.#write(file, Buffer.from(`${sealOf(text)}\n${text}`));
  }

  /** Notes that an entry was read, so that it stays. */
  async used(file: string): Promise<void> {
    await markUsed(file);
  }

  /** Removes an entry that can't be read. */
  async remove(file: string): Promise<void> {
    await this.#tolerate(() => rm(file, { force: true }));
  }

  #contentFile(digest: Digest): string | undefined {
    // A digest is also a file name; nothing else may be.
    if (!isDigest(digest)) throw new Error("no digest");
    return this.#folder && join(this.#folder, "sha256", hexOf(digest));
  }

  /** Not flushed to the disk: what a power cut leaves half-written is found when it is read. */
  async #write(file: string | undefined, content: Buffer): Promise<void> {
    const folder = this.#folder;
    if (file === undefined || folder === undefined) return;
    await this.#tolerate(async () => {
      const unfinished = join(folder, UNFINISHED);
      // For this user alone: who can write here decides what is installed.
      await mkdir(unfinished, { recursive: true, mode: 0o700 });
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await this.#tidy(folder);
      const part = join(unfinished, randomUUID());
      await writeFile(part, content, { mode: 0o600 });
      await rename(part, file);
    });
  }

  async #tidy(folder: string): Promise<void> {
    if (this.#tidied) return;
    this.#tidied = true;
    await tidy(folder);
  }

  async #tolerate(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (this.#warned) return;
      this.#warned = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#warn(`Artifacts are not cached in ${this.#folder ?? ""}: ${reason}`);
    }
  }
}

/**
 * The value of a record, whose first line is the SHA-256 of the rest.
 *
 * @throws Error when it is not whole
 */
export function unseal(file: string, text: string): unknown {
  const end = text.indexOf("\n");
  const content = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== sealOf(content)) throw new Error(`${file} is broken`);
  return JSON.parse(content);
}

function sealOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

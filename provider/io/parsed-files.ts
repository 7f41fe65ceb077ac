import { createHash } from "node:crypto";
import { BrokenRelease } from "../core/distribution/parse";
import { LIMITS } from "../core/oci/limits";
import { isMissing, readRegular } from "./file";

/** What a file held, and the SHA-256 of its bytes in hex. */
export interface ParsedFile<T> {
  readonly value: T;
  readonly sha256: string;
}

/**
 * Reads files and keeps what was parsed by the digest of the content, so that a second instance in one process does
 * not parse again, and a changed file is always seen.
 */
export class ParsedFiles {
  readonly #parsed = new Map<string, unknown>();

  /** Reads and parses a file; undefined where there is none. */
  async read<T>(
    file: string,
    parse: (file: string, text: string) => T,
  ): Promise<ParsedFile<T> | undefined> {
    const bytes = await readIfThere(file);
    if (bytes === undefined) return undefined;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const key = `${parse.name}:${sha256}`;
    if (!this.#parsed.has(key)) this.#parsed.set(key, parse(file, bytes.toString("utf8")));
    return { value: this.#parsed.get(key) as T, sha256 };
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readRegular(file, LIMITS.unpacked);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new BrokenRelease(file, error instanceof Error ? error.message : String(error));
  }
}

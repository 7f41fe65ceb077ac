import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { printSize } from "../core/oci/limits";

/** Why a file is not read. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly kind: "missing" | "too-large" | "other";

  /** @param reason what is wrong, and the remedy; it follows the name of the file */
  constructor(kind: UnreadableFile["kind"], reason: string, options: ErrorOptions = {}) {
    super(reason, options);
    this.kind = kind;
  }
}

/**
 * The content of a regular file. A pipe would be waited for, and a device has no end: so it is opened without waiting, and looked at
 * before it is read.
 *
 * @param limit the largest size that is read, in bytes
 * @throws UnreadableFile
 */
export async function readRegular(path: string, limit: number): Promise<Buffer> {
  // Windows has no such flag, and no such files: https://nodejs.org/docs/latest-v20.x/api/fs.html#file-open-constants
  const { O_RDONLY, O_NONBLOCK } = constants as Partial<typeof constants>;
  const flags = (O_RDONLY ?? 0) | (O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw new UnreadableFile("other", "is a folder; give a file");
    if (!found.isFile()) {
      throw new UnreadableFile("other", "is a pipe or a device; give a regular file");
    }
    if (found.size > limit) throw tooLarge(limit);
    const content = await file.readFile();
    // Some files tell no size, as those in /proc; and a file may grow.
    if (content.length > limit) throw tooLarge(limit);
    return content;
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error);
  } finally {
    await file.close();
  }
}

function tooLarge(limit: number): UnreadableFile {
  return new UnreadableFile("too-large", `is larger than ${printSize(limit)}`);
}

/** True for the error of a file or folder that does not exist. */
export function isMissing(error: unknown): boolean {
  if (error instanceof UnreadableFile) return error.kind === "missing";
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function unreadable(cause: unknown): UnreadableFile {
  if (isMissing(cause)) return new UnreadableFile("missing", "there is no such file", { cause });
  const code = codeOf(cause);
  const reason = REASONS[code] ?? `can't be read (${code === "" ? "unknown" : code})`;
  return new UnreadableFile("other", reason, { cause });
}

/** https://nodejs.org/docs/latest-v20.x/api/errors.html#common-system-errors */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "can't be read by this user (EACCES); give the right to read it, or another file",
  EPERM: "can't be read by this user (EPERM); give the right to read it, or another file",
  ELOOP: "can't be read (ELOOP): its symbolic links lead in a circle",
  ENAMETOOLONG: "can't be read (ENAMETOOLONG): the path is too long",
  ENXIO: "is a pipe or a device; give a regular file",
  ERR_INVALID_ARG_VALUE: "is no path: it has a NUL character",
};

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? "") : "";
}

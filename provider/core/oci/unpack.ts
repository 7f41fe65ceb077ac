import { gunzipSync } from "node:zlib";
import { ArtifactError } from "./error";
import { LIMITS, printSize } from "./limits";
import { readTar, type Files } from "./tar";

/**
 * The files of a tar archive, gzipped or not; its content tells which.
 *
 * @throws ArtifactError
 */
export function unpack(where: string, content: Buffer): Files {
  const archive = isGzip(content) ? gunzip(where, content) : content;
  if (archive.length > LIMITS.unpacked) throw tooLarge(where);
  return readTar(where, archive);
}

/** RFC 1952 §2.3.1 */
function isGzip(content: Buffer): boolean {
  return content[0] === 0x1f && content[1] === 0x8b;
}

/** The limit holds while it unpacks, so that a small archive can't fill the memory. */
function gunzip(where: string, content: Buffer): Buffer {
  try {
    return gunzipSync(content, { maxOutputLength: LIMITS.unpacked });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(where);
    const reason = "the archive is no whole gzip; nothing of it was used";
    throw new ArtifactError("invalid-archive", where, reason, { cause });
  }
}

function tooLarge(where: string): ArtifactError {
  const reason = `the archive is larger than ${printSize(LIMITS.unpacked)} when unpacked`;
  return new ArtifactError("too-large", where, `${reason}; nothing of it was used`);
}

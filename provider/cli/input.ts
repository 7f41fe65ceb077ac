import { open } from "node:fs/promises";
import { InvalidInput } from "../core/problem";
import type { Stdin } from "./verb";

/** Far more than the API server takes as one object; an endless stream ends here. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "is a folder; give a file",
  EACCES: "may not be read by this user",
};

/** How messages name a file. */
export function titleOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

/** Input that can't be read, named by its file. */
export function unreadable(file: string, reason: string): InvalidInput {
  return new InvalidInput("The input can't be read", [{ path: titleOf(file), reason }]);
}

/** The text of a file, `-` for standard input. */
export async function readText(file: string, stdin: Stdin): Promise<string> {
  const bytes = await readBytes(file, stdin);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, "is no UTF-8 text");
  }
}

async function readBytes(file: string, stdin: Stdin): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file === "-" ? stdin() : bytesOf(file)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAXIMUM_BYTES) break;
    }
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw unreadable(file, REASONS[code] ?? message);
  }
  if (size > MAXIMUM_BYTES) throw unreadable(file, "is larger than 16 MiB");
  return Buffer.concat(chunks);
}

/** Pieces of a file, also of one without an end; a stream would take longer to load than to read. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(PIECE_BYTES));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

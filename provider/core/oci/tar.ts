import { withoutTrailing } from "../trailing";
import { ArtifactError } from "./error";
import { BLOCK, readHeader, readPax, type TarHeader } from "./tar-header";

/** The files of an archive by path; the content is a view of the archive, not a copy. */
export type Files = ReadonlyMap<string, Buffer>;

/** What extended headers say about the entry that follows them. */
interface Overrides {
  readonly name?: string;
  readonly size?: number;
}

const MAX_ENTRIES = 50_000;
const MAX_EXTENSION = 64 * 1024;

/** Links and devices have no place in an artifact, and are the way out of its folder. */
const REFUSED_TYPES: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "6": "a named pipe",
  S: "a sparse file",
};

/**
 * Reads a tar archive (ustar, pax, GNU long names) in memory; it is all refused where one entry is not a plain file or
 * folder inside of its root.
 *
 * @throws ArtifactError
 */
export function readTar(where: string, archive: Buffer): Files {
  const files = new Map<string, Buffer>();
  let overrides: Overrides = {};
  let entries = 0;
  for (let at = 0; ;) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.length < BLOCK) throw broken(where, "ends before its end mark");
    if (block.every((byte) => byte === 0)) return files;
    if ((entries += 1) > MAX_ENTRIES) throw broken(where, `has more than ${MAX_ENTRIES} entries`);
    const header = headerAt(where, block, overrides);
    const start = at + BLOCK;
    const content = archive.subarray(start, start + header.size);
    if (content.length < header.size) throw broken(where, `ends within "${header.name}"`);
    at = start + Math.ceil(header.size / BLOCK) * BLOCK;
    const extended = extensionOf(where, header, content);
    if (extended === undefined) add(where, files, header, content);
    overrides = extended === undefined ? {} : { ...overrides, ...extended };
  }
}

function headerAt(where: string, block: Buffer, { name, size }: Overrides): TarHeader {
  const header = readHeader(block);
  if (typeof header === "string") throw broken(where, `has an entry that ${header}`);
  // Extended headers describe the next file, never each other.
  if ("xgLK".includes(header.type)) return header;
  return { ...header, name: name ?? header.name, size: size ?? header.size };
}

/** What an extended header says about the next entry; undefined where the entry is none. */
function extensionOf(where: string, header: TarHeader, content: Buffer): Overrides | undefined {
  if (!"xgLK".includes(header.type)) return undefined;
  if (content.length > MAX_EXTENSION)
    throw broken(where, "has an extended header that is too long");
  if (header.type === "K") return {};
  if (header.type === "L") return { name: withoutTrailing(content.toString("utf8"), "\0") };
  const records = readPax(content);
  if (records === undefined) throw broken(where, "has a pax header that is not well-formed");
  const sparse = [...records.keys()].some((key) => key.startsWith("GNU.sparse"));
  if (sparse) throw broken(where, "holds a sparse file");
  return header.type === "x" ? paxOverrides(where, records) : globalOverrides(where, records);
}

function paxOverrides(where: string, records: ReadonlyMap<string, string>): Overrides {
  const [name, size] = [records.get("path"), records.get("size")];
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw broken(where, "has no valid size");
  return {
    ...(name === undefined ? {} : { name }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

/** Global headers hold comments, for example of git; readers disagree on what a global path means. */
function globalOverrides(where: string, records: ReadonlyMap<string, string>): Overrides {
  if (!records.has("path") && !records.has("size")) return {};
  throw broken(where, "has a path or size for all entries");
}

function add(where: string, files: Map<string, Buffer>, header: TarHeader, content: Buffer): void {
  const { type, name } = header;
  const path = pathOf(where, name);
  if (type === "5") return;
  if (type !== "0" && type !== "7") {
    const what = REFUSED_TYPES[type] ?? `an entry of the unknown type "${type}"`;
    throw broken(where, `holds ${what}, "${name}"`);
  }
  // Old archives mark a folder by a slash after its name.
  if (name.endsWith("/")) return;
  if (path === "") throw broken(where, "has a file without a name");
  if (files.has(path)) throw broken(where, `holds "${path}" twice`);
  files.set(path, content);
}

/** The path inside of the root, without `.`; empty for the root. */
function pathOf(where: string, name: string): string {
  const parts = name.split("/");
  const absolute = name.startsWith("/") || /^[A-Za-z]:/.test(name);
  // A backslash is a separator on Windows, so that it could hide a way out.
  if (absolute || parts.includes("..") || /[\0\\]/.test(name)) {
    throw broken(where, `has the entry ${JSON.stringify(name)}, which leaves its root`);
  }
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}

function broken(where: string, reason: string): ArtifactError {
  return new ArtifactError(
    "invalid-archive",
    where,
    `the archive ${reason}; nothing of it was used`,
  );
}

import { gzipSync } from "node:zlib";

/** One entry of an archive; what is left out is as in a usual file. */
export interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly type?: string;
  readonly link?: string;
  /** The size in the header, where it shall lie. */
  readonly size?: number;
  readonly sizeField?: Buffer;
  readonly prefix?: string;
  readonly checksum?: number;
}

const BLOCK = 512;

/** A tar archive of any entries, good or bad, with its end mark. */
export function tar(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(entryBlocks), Buffer.alloc(2 * BLOCK)]);
}

export function tarGzip(entries: readonly Entry[]): Buffer {
  return gzipSync(tar(entries), { level: 1 });
}

/** A pax header with these records for the next entry, or for all. */
export function pax(records: Readonly<Record<string, string>>, type: "x" | "g" = "x"): Entry {
  return { name: "PaxHeader", type, content: Object.entries(records).map(paxRecord).join("") };
}

function paxRecord([key, value]: readonly [string, string]): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function entryBlocks(entry: Entry): Buffer {
  const content = Buffer.from(entry.content ?? "");
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header(entry, content.length), content, padding]);
}

function header(entry: Entry, length: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(entry.name, 0, 100, "utf8");
  block.write("0000644\0", 100, "latin1");
  block.write(`${(entry.size ?? length).toString(8).padStart(11, "0")}\0`, 124, "latin1");
  entry.sizeField?.copy(block, 124);
  block.write(entry.type ?? "0", 156, "latin1");
  block.write(entry.link ?? "", 157, 100, "utf8");
  block.write("ustar\u000000", 257, "latin1");
  block.write(entry.prefix ?? "", 345, 155, "utf8");
  block.fill(" ", 148, 156);
  const sum = entry.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

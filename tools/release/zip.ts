import { crc32, deflateRawSync } from "node:zlib";
import type { Entry } from "./archive";

/** 1980-01-01, the first day that a zip file can tell. */
const DATE = 0x21;
const DEFLATED = 8;
const VERSION = 20;
const UTF8 = 0x800;

/** A zip file; the same entries give the same bytes. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zip(entries: readonly Entry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content } of entries) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, { level: 9 });
    const common = shared(content, packed.length, name.length);
    const parts = [signature(0x04034b50), common, name, packed];
    local.push(...parts);
    central.push(signature(0x02014b50, VERSION), common, position(offset), name);
    offset += parts.reduce((sum, part) => sum + part.length, 0);
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...local, ...central, end(entries.length, size, offset)]);
}

function signature(value: number, madeBy?: number): Buffer {
  const buffer = Buffer.alloc(madeBy === undefined ? 4 : 6);
  buffer.writeUInt32LE(value, 0);
  if (madeBy !== undefined) buffer.writeUInt16LE(madeBy, 4);
  return buffer;
}

/** What a local and a central header have in common. */
function shared(content: Buffer, packedLength: number, nameLength: number): Buffer {
  const buffer = Buffer.alloc(26);
  for (const [index, value] of [VERSION, UTF8, DEFLATED, 0, DATE].entries()) {
    buffer.writeUInt16LE(value, 2 * index);
  }
  buffer.writeUInt32LE(crc32(content), 10);
  buffer.writeUInt32LE(packedLength, 14);
  buffer.writeUInt32LE(content.length, 18);
  buffer.writeUInt16LE(nameLength, 22);
  return buffer;
}

/** The rest of a central header: no comment, first disk, no attributes, where the local header starts. */
function position(offset: number): Buffer {
  const buffer = Buffer.alloc(14);
  buffer.writeUInt32LE(offset, 10);
  return buffer;
}

function end(count: number, size: number, offset: number): Buffer {
  const buffer = Buffer.alloc(22);
  buffer.writeUInt32LE(0x06054b50, 0);
  buffer.writeUInt16LE(count, 8);
  buffer.writeUInt16LE(count, 10);
  buffer.writeUInt32LE(size, 12);
  buffer.writeUInt32LE(offset, 16);
  return buffer;
}

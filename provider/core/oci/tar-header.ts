/** The head of a tar entry, which fills one block of 512 bytes. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

export const BLOCK = 512;

/*
 * POSIX ustar: name 0–100, size 124–136, checksum 148–156, type 156, magic 257–263, prefix 345–500.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
const CHECKSUM = { start: 148, end: 156 };

/** Reads a header; a text says what is wrong with it. */
export function readHeader(block: Buffer): TarHeader | string {
  const checksum = octal(block, CHECKSUM.start, CHECKSUM.end);
  if (checksum === undefined || checksum !== sumOf(block)) return "has a wrong checksum";
  const size = numberIn(block, 124, 136);
  if (size === undefined) return "has no valid size";
  const name = text(block, 0, 100);
  // GNU tar ends its magic with a space and keeps times where POSIX has the prefix.
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? text(block, 345, 500) : "";
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type };
}

/** The sum of all bytes, with the checksum itself taken as spaces. */
function sumOf(block: Buffer): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1) {
    const inside = index >= CHECKSUM.start && index < CHECKSUM.end;
    sum += inside ? 32 : (block[index] ?? 0);
  }
  return sum;
}

function text(block: Buffer, start: number, end: number): string {
  const zero = block.indexOf(0, start);
  return block.toString("utf8", start, zero < 0 || zero > end ? end : zero);
}

function octal(block: Buffer, start: number, end: number): number | undefined {
  const digits = block
    .toString("latin1", start, end)
    .replace(/[\0 ]+$/, "")
    .trimStart();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** GNU tar writes a size that has no room in octal digits as a big-endian number after a byte 0x80. */
function numberIn(block: Buffer, start: number, end: number): number | undefined {
  const first = block[start] ?? 0;
  if (first < 0x80) return octal(block, start, end);
  if (first !== 0x80) return undefined;
  let value = 0;
  for (const byte of block.subarray(start + 1, end)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The records `length key=value\n` of a pax header; undefined where they are not well-formed. */
export function readPax(content: Buffer): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, space < 0 ? at : space));
    const end = at + length;
    const equals = content.indexOf(0x3d, space);
    const whole = Number.isSafeInteger(length) && space > at && end <= content.length;
    if (!whole || equals < space || equals >= end || content[end - 1] !== 0x0a) return undefined;
    records.set(
      content.toString("utf8", space + 1, equals),
      content.toString("utf8", equals + 1, end - 1),
    );
    at = end;
  }
  return records;
}

/** A hash as published: SHA-256 and SHA-512 differ in their length only. */
export interface Checksum {
  readonly algorithm: "sha256" | "sha512";
  readonly hash: string;
}

/** Finds the hash of one file in a published list, or in a file that holds nothing but the hash. */
export function checksumOf(list: string, file: string): Checksum | undefined {
  const lines = list.split("\n").map((line) => line.trim().split(/\s+/));
  const line = lines.find(([, name]) => name !== undefined && baseName(name) === file);
  const bare = lines.find(([, name]) => name === undefined);
  const hash = (line ?? (lines.length <= 2 ? bare : undefined))?.[0]?.toLowerCase();
  if (hash === undefined || !/^(?:[0-9a-f]{64}|[0-9a-f]{128})$/.test(hash)) return undefined;
  return { algorithm: hash.length === 64 ? "sha256" : "sha512", hash };
}

/** sha256sum marks binary mode with a star and may print a folder: "*./etcd.zip". */
const baseName = (name: string): string => name.replace(/^\*/, "").replace(/^.*\//, "");

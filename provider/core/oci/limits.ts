const MIB = 1024 * 1024;

/** The largest sizes that are read, in bytes; that of unpacked content is the reference's (behaviour: OCI artifact). */
export const LIMITS = {
  /** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
  manifest: 4 * MIB,
  layer: 64 * MIB,
  unpacked: 100 * MIB,
  /** Answers of token servers, and error bodies. */
  answer: 1 * MIB,
} as const;

/** A size in MiB, or in bytes where it is no whole number of them. */
export function printSize(bytes: number): string {
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}

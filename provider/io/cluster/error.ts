/** What can go wrong between us and an object in a cluster. */
export type ClusterErrorCode =
  | "bad-kubeconfig"
  | "another-cluster"
  | "another-owner"
  | "left-behind"
  | "still-running"
  | "held"
  | "managed"
  | "unreachable"
  | "unavailable"
  | "timeout"
  | "cancelled"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "already-exists"
  | "expired"
  | "invalid";

interface Circumstances {
  /** The HTTP status of the answer, where there was one. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** A cluster that can't be asked, or that refuses; the message never holds a credential or a kubeconfig. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
  readonly code: ClusterErrorCode;
  readonly status: number | undefined;

  constructor(code: ClusterErrorCode, message: string, { status, cause }: Circumstances = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
  }
}

/** Whether an error is that of a cluster, with one of the codes. */
export function isClusterError(
  error: unknown,
  ...codes: readonly ClusterErrorCode[]
): error is ClusterError {
  return error instanceof ClusterError && (codes.length === 0 || codes.includes(error.code));
}

/** Whether a cluster could not be asked at all, as when it was deleted with its credentials. */
export function isUnreachable(error: unknown): error is ClusterError {
  return isClusterError(
    error,
    "bad-kubeconfig",
    "unreachable",
    "unavailable",
    "timeout",
    "unauthorized",
  );
}

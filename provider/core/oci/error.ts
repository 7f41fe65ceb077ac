/** What can go wrong on the way from a reference to the files of an artifact. */
export type ArtifactErrorCode =
  | "invalid-reference"
  | "invalid-credentials"
  | "invalid-manifest"
  | "invalid-archive"
  | "unauthorized"
  | "not-found"
  | "rate-limited"
  | "refused"
  | "unavailable"
  | "unreachable"
  | "timeout"
  | "cancelled"
  | "unsafe-redirect"
  | "unsafe-realm"
  | "digest-mismatch"
  | "too-large"
  | "not-cached"
  | "invalid-policy"
  | "unsigned"
  | "unverified";

interface Circumstances {
  /** The HTTP status of the answer, where there was one. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** An artifact that can't be had, or that is not what it should be; the message never holds a secret. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  readonly code: ArtifactErrorCode;
  /** The message without what it is about. */
  readonly reason: string;
  readonly status: number | undefined;

  /**
   * @param where the reference, URL or file that the message starts with
   * @param reason what is wrong, and the remedy
   */
  constructor(
    code: ArtifactErrorCode,
    where: string,
    reason: string,
    { status, cause }: Circumstances = {},
  ) {
    super(`${where}: ${reason}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.status = status;
  }
}

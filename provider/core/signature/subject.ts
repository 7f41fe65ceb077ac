import { isObject, type JsonObject } from "../manifest";
import { hexOf, type Digest } from "../oci/digest";
import { quote, SignatureError } from "./error";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
const STATEMENT = "application/vnd.in-toto+json";

const STATEMENT_TYPES = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

/** What cosign says of an image it signs. Anything else, such as where it was built, is no signature of it. */
const SIGNED = "https://sigstore.dev/cosign/sign/v1";

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#payloads */
const SIMPLE_SIGNING = "cosign container image signature";

/**
 * Checks that a signed in-toto statement says that the manifest with this digest is signed.
 *
 * @throws SignatureError
 */
export function requireStatement(payloadType: string, payload: Buffer, digest: Digest): void {
  if (payloadType !== STATEMENT) throw new SignatureError(`is of the type ${quote(payloadType)}`);
  const statement = parse(payload);
  const { _type: type, predicateType, subject } = statement;
  if (typeof type !== "string" || !STATEMENT_TYPES.includes(type)) {
    throw new SignatureError("is no in-toto statement");
  }
  if (predicateType !== SIGNED) {
    const what = typeof predicateType === "string" ? quote(predicateType) : "nothing";
    throw new SignatureError(`attests ${what}, which is no signature`);
  }
  const digests = (Array.isArray(subject) ? subject : []).map(sha256Of);
  if (digests.includes(hexOf(digest))) return;
  throw otherSubject(digests.map((hex) => (hex === undefined ? "" : `sha256:${hex}`)));
}

function sha256Of(subject: unknown): string | undefined {
  const digest = isObject(subject) ? subject["digest"] : undefined;
  const sha256 = isObject(digest) ? digest["sha256"] : undefined;
  return typeof sha256 === "string" ? sha256 : undefined;
}

/**
 * Checks that a signed payload of the older form says that the manifest with this digest is signed. The repository in
 * it does not count: an artifact may be copied to another one.
 *
 * @throws SignatureError
 */
export function requireSimpleSigning(payload: Buffer, digest: Digest): void {
  const { critical } = parse(payload);
  const { type, image } = isObject(critical) ? critical : {};
  if (type !== SIMPLE_SIGNING) throw new SignatureError("signs no container image");
  const signed = isObject(image) ? image["docker-manifest-digest"] : undefined;
  if (signed === digest) return;
  throw otherSubject([typeof signed === "string" ? signed : ""]);
}

function otherSubject(digests: readonly string[]): SignatureError {
  const [first = ""] = digests;
  return new SignatureError(
    first === "" ? "signs no digest" : `signs another digest, ${quote(first)}`,
  );
}

function parse(payload: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new SignatureError("has content that is no JSON object");
}

import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { VerifyPolicyError } from "./policy";

const ROOT = "application/vnd.dev.sigstore.trustedroot";

/**
 * Reads a trusted root: the certificate authorities and logs of a Sigstore instance, as JSON.
 * https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 *
 * @throws VerifyPolicyError
 */
export function toTrust(json: string): TrustMaterial {
  const wrong = (what: string) =>
    new VerifyPolicyError(
      "trustedRoot",
      `${what}; pass the trusted_root.json of the Sigstore instance`,
    );
  const root = readRoot(json);
  if (!root?.mediaType.startsWith(ROOT)) throw wrong("is no trusted root in JSON");
  const missing = [
    ["certificate authority", root.certificateAuthorities],
    ["transparency log (tlogs)", root.tlogs],
    ["certificate log (ctlogs)", root.ctlogs],
  ] as const;
  for (const [what, list] of missing) {
    if (list.length === 0) throw wrong(`names no ${what}`);
  }
  try {
    const byKey = () => {
      throw new Error("no key is trusted");
    };
    return toTrustMaterial(root, byKey);
  } catch {
    throw wrong("has a key or certificate that can't be read");
  }
}

function readRoot(json: string): TrustedRoot | undefined {
  try {
    return TrustedRoot.fromJSON(JSON.parse(json));
  } catch {
    return undefined;
  }
}

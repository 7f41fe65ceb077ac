import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VerifyPolicyError } from "../../../provider/core/signature/policy";
import { toTrust } from "../../../provider/core/signature/trust";
import { startSigstore } from "../../support/signing/sigstore";

const PUBLIC_GOOD = join(__dirname, "../../../distribution/sigstore/trusted-root.json");

describe("a trusted root", () => {
  it("of the public-good instance is in the package", () => {
    const trust = toTrust(readFileSync(PUBLIC_GOOD, "utf8"));
    assert.ok(trust.tlogs.some(({ baseURL }) => baseURL === "https://rekor.sigstore.dev"));
    const now = new Date();
    for (const authorities of [trust.certificateAuthorities, trust.ctlogs, trust.tlogs]) {
      assert.ok(authorities.some(({ validFor }) => validFor.start <= now && now <= validFor.end));
    }
  });

  it("trusts no key", () => {
    assert.throws(() => toTrust(readFileSync(PUBLIC_GOOD, "utf8")).publicKey(""), /no key/);
  });

  const wrong: readonly (readonly [string, (root: Record<string, unknown>) => unknown, RegExp])[] =
    [
      ["nothing", () => null, /no trusted root/],
      ["a list", () => [], /no trusted root/],
      ["a bundle", (root) => ({ ...root, mediaType: "x" }), /no trusted root/],
      [
        "without authority",
        (root) => ({ ...root, certificateAuthorities: [] }),
        /no certificate auth/,
      ],
      ["without log", (root) => ({ ...root, tlogs: [] }), /no transparency log/],
      ["without certificate log", (root) => ({ ...root, ctlogs: undefined }), /no certificate log/],
      [
        "with a broken certificate",
        (root) => ({
          ...root,
          certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: "eA==" }] } }],
        }),
        /can't be read/,
      ],
      ["with a broken key", (root) => ({ ...root, tlogs: [{ publicKey: {} }] }), /can't be read/],
    ];
  for (const [title, change, reason] of wrong) {
    it(`is refused that is ${title}`, async () => {
      const root = JSON.parse((await startSigstore()).trustedRoot) as Record<string, unknown>;
      assert.throws(
        () => toTrust(JSON.stringify(change(root))),
        (error) => {
          assert.ok(error instanceof VerifyPolicyError, String(error));
          assert.equal(error.property, "trustedRoot");
          assert.match(error.message, reason);
          return true;
        },
      );
    });
  }
});

import assert from "node:assert/strict";
import { digestOf } from "../../../provider/core/oci/digest";
import { IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import {
  cosignTags,
  describeReferrer,
  isAttached,
  referrersTag,
  subjectOf,
  withReferrers,
} from "../../../provider/core/oci/referrers";

const DIGEST = digestOf(Buffer.from("a"));
const bytes = (value: object) => Buffer.from(JSON.stringify(value));
const image = (more: object = {}) => bytes({ mediaType: IMAGE_MANIFEST, layers: [], ...more });

describe("referrers", () => {
  it("lie behind tags that stand for no artifact", () => {
    const tag = referrersTag(DIGEST);
    assert.match(tag, /^sha256-[0-9a-f]{64}$/);
    assert.deepEqual(cosignTags(DIGEST), [`${tag}.sig`, `${tag}.att`, `${tag}.sbom`]);
    for (const attached of [tag, ...cosignTags(DIGEST)]) assert.ok(isAttached(attached));
    for (const other of [undefined, "v1", `${tag}x`, `${tag}.zip`, `x${tag}`]) {
      assert.ok(!isAttached(other), other);
    }
  });

  it("name their subject", () => {
    assert.equal(subjectOf("a", image({ subject: { digest: DIGEST } })), DIGEST);
    for (const subject of [undefined, null, "a", {}, { digest: "sha512:0" }]) {
      assert.equal(subjectOf("a", image({ subject })), undefined);
    }
  });

  it("are listed with their type, else that of their config, and their annotations", () => {
    const config = { mediaType: "config/type", digest: DIGEST, size: 1 };
    const annotations = { a: "b" };
    const content = image({ config, artifactType: "artifact/type", annotations });
    const plain = { mediaType: IMAGE_MANIFEST, digest: digestOf(content), size: content.length };
    assert.deepEqual(describeReferrer("a", content), {
      ...plain,
      artifactType: "artifact/type",
      annotations,
    });
    assert.equal(describeReferrer("a", image({ config })).artifactType, "config/type");
    assert.ok(!("artifactType" in describeReferrer("a", image())));
    assert.throws(() => describeReferrer("a", Buffer.from("[]")), { code: "invalid-manifest" });
  });

  it("come to a list that keeps what it has", () => {
    const one = describeReferrer("a", image());
    const two = describeReferrer("a", image({ annotations: { n: "2" } }));
    const list = withReferrers("a", undefined, [one])!;
    assert.equal(withReferrers("a", list, [one]), undefined);
    assert.equal(withReferrers("a", list, []), undefined);
    const longer = withReferrers("a", list, [one, two])!;
    const { manifests } = JSON.parse(longer.toString()) as { manifests: unknown };
    assert.deepEqual(manifests, [one, two]);
    const odd = bytes({ manifests: [{ digest: "odd", x: 1 }] });
    assert.match(withReferrers("a", odd, [one])!.toString(), /\{"digest":"odd","x":1\}/);
  });
});

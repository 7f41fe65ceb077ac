import assert from "node:assert/strict";
import { digestOf, hexOf, isDigest, verified } from "../../../provider/core/oci/digest";

const CONTENT = Buffer.from("hello");
const HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

describe("a digest", () => {
  it("is sha256 in lower case alone", () => {
    assert.ok(isDigest(`sha256:${HEX}`));
    for (const wrong of [HEX, `sha256:${HEX.toUpperCase()}`, `sha256:${HEX}0`, `md5:${HEX}`, 1]) {
      assert.ok(!isDigest(wrong), String(wrong));
    }
  });

  it("is that of the content", () => {
    assert.equal(digestOf(CONTENT), `sha256:${HEX}`);
    assert.equal(hexOf(digestOf(CONTENT)), HEX);
  });
});

describe("verified content", () => {
  it("is returned when size and digest fit", () => {
    assert.equal(verified("a", CONTENT, { digest: `sha256:${HEX}`, size: 5 }), CONTENT);
    assert.equal(verified("a", CONTENT, { digest: `sha256:${HEX}` }), CONTENT);
  });

  it("is refused with another size or digest", () => {
    const code = "digest-mismatch";
    const other = digestOf(Buffer.from("other"));
    assert.throws(() => verified("a", CONTENT, { digest: `sha256:${HEX}`, size: 6 }), {
      code,
      message: /^a: has 5 bytes instead of 6/,
    });
    assert.throws(() => verified("a", CONTENT, { digest: other, size: 5 }), {
      code,
      message: new RegExp(`digest sha256:${HEX} instead of ${other}`),
    });
  });
});

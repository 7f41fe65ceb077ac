import assert from "node:assert/strict";
import type { Release } from "../../../provider/core/distribution/release";
import { variantOfImages } from "../../../provider/core/import/variant";

const listOf = (...digests: readonly string[]) =>
  digests.map((digest) => ({ name: "a/b", newTag: "v1", digest }));

const LISTS: Release["images"] = new Map([
  ["upstream-alpine", listOf("sha256:1", "sha256:2")],
  ["enterprise-distroless", listOf("sha256:2", "sha256:3")],
]);

describe("variantOfImages", () => {
  it("knows a variant by the digests of most images", () => {
    const images = ["r.test/a:v1@sha256:2", "r.test/b:v1@sha256:3", "r.test/c"];
    assert.equal(variantOfImages(images, LISTS), "enterprise-distroless");
    assert.equal(variantOfImages(["r.test/a@sha256:1"], LISTS), "upstream-alpine");
  });

  it("knows none where no digest is listed", () => {
    assert.equal(variantOfImages(["r.test/a:v1", "r.test/b@sha256:9"], LISTS), undefined);
  });
});

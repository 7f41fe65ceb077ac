import assert from "node:assert/strict";
import { digestOf } from "../../../provider/core/oci/digest";
import {
  contentOf,
  IMAGE_INDEX,
  IMAGE_MANIFEST,
  imageOf,
  readManifest,
  type ImageIndex,
} from "../../../provider/core/oci/manifest";

const layer = (name: string) => ({
  mediaType: "any",
  digest: digestOf(Buffer.from(name)),
  size: 1,
});
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe("a manifest", () => {
  it("is an image whose first layer counts", () => {
    const image = readManifest("a", json({ layers: [layer("a"), layer("b")] }), IMAGE_MANIFEST);
    assert.ok(image.kind === "image");
    assert.equal(contentOf("a", image).digest, layer("a").digest);
  });

  const types: readonly (readonly [string, object, string | undefined, string])[] = [
    ["its own media type", { mediaType: IMAGE_INDEX, manifests: [] }, IMAGE_MANIFEST, "index"],
    ["the registry's", { manifests: [] }, `${IMAGE_INDEX}; charset=utf-8`, "index"],
    ["its content", { manifests: [] }, "application/json", "index"],
    ["its content", { layers: [] }, undefined, "image"],
    [
      "Docker's media type",
      { mediaType: "application/vnd.docker.distribution.manifest.v2+json", layers: [] },
      undefined,
      "image",
    ],
  ];
  for (const [title, value, contentType, kind] of types) {
    it(`is told to be an ${kind} by ${title}`, () => {
      assert.equal(readManifest("a", json(value), contentType).kind, kind);
    });
  }

  const broken: readonly (readonly [string, Buffer, RegExp])[] = [
    ["no JSON", Buffer.from("{"), /is no JSON/],
    ["no object", json([]), /is no JSON object/],
    ["image and index at once", json({ layers: [], manifests: [] }), /image and index at once/],
    ["an old image", json({ schemaVersion: 1, mediaType: "text/x" }), /"text\/x", which is no OCI/],
    ["no list of layers", json({ mediaType: IMAGE_MANIFEST }), /no list "layers"/],
    ["a layer without digest", json({ layers: [{ size: 1 }] }), /without a sha256 digest/],
    [
      "a layer with a bad digest",
      json({ layers: [{ ...layer("a"), digest: "sha256:../x" }] }),
      /dig/,
    ],
    ["a negative size", json({ layers: [{ ...layer("a"), size: -1 }] }), /no valid size/],
    ["a size that is a text", json({ layers: [{ ...layer("a"), size: "1" }] }), /no valid size/],
  ];
  for (const [title, content, message] of broken) {
    it(`is refused when it is or has ${title}`, () => {
      assert.throws(() => readManifest("a", content), { code: "invalid-manifest", message });
    });
  }

  it("is refused without a layer", () => {
    const image = readManifest("a", json({ layers: [] }));
    assert.ok(image.kind === "image");
    assert.throws(() => contentOf("a", image), { code: "invalid-manifest", message: /no layer/ });
  });
});

describe("an index", () => {
  const indexOf = (...platforms: readonly (object | undefined)[]): ImageIndex => {
    const manifests = platforms.map((platform, index) => ({ ...layer(String(index)), platform }));
    const index = readManifest("a", json({ mediaType: IMAGE_INDEX, manifests }));
    assert.ok(index.kind === "index");
    return index;
  };
  const amd64 = { os: "linux", architecture: "amd64" };
  const arm64 = { os: "linux", architecture: "arm64" };

  it("stands for its image for linux/amd64, which is also one without platform", () => {
    assert.equal(imageOf("a", indexOf(arm64, amd64)).digest, layer("1").digest);
    assert.equal(imageOf("a", indexOf(arm64, undefined, amd64)).digest, layer("1").digest);
  });

  it("is refused without one, and names the others", () => {
    assert.throws(
      () => imageOf("a", indexOf(arm64)),
      /without an image for linux\/amd64.*linux\/arm64/,
    );
    assert.throws(() => imageOf("a", indexOf({ ...amd64, variant: "v3" })), /linux\/amd64\/v3/);
    assert.throws(() => imageOf("a", indexOf()), /it has: none/);
  });
});

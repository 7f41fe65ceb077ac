import assert from "node:assert/strict";
import { hexOf } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import { signaturesOf } from "../../../provider/io/oci/signatures";
import { tarGzip } from "../../support/registries/archive";
import { artifactOf, smallRelease } from "../../support/registries/artifact";
import { startStoredRegistry, type StoredRegistry } from "../../support/registries/stored";
import { attachBundles, attachSimple } from "../../support/signing/attach";

const { digest: DIGEST, manifest: MANIFEST } = artifactOf(tarGzip(smallRelease("v2.9.9")));
const TAG = `sha256-${hexOf(DIGEST)}`;
const SIMPLE = { payload: Buffer.from("{}"), annotations: { a: "b" } };

describe("the signatures of a manifest", () => {
  for (const referrers of [true, false]) {
    describe(referrers ? "with the referrers API" : "without the referrers API", () => {
      let registry: StoredRegistry;
      beforeEach(async () => {
        registry = await startStoredRegistry({ referrers });
        await registry.pushManifest(MANIFEST, IMAGE_MANIFEST, "v1");
      });
      afterEach(() => registry.stop());
      const list = async () => {
        const place = { registry: registry.address, repository: "a/b" };
        const client = new RegistryClient(place, { surroundings: {} });
        const skipped: string[] = [];
        const found = [];
        for await (const one of signaturesOf(client, DIGEST, (reason) => skipped.push(reason))) {
          const { form, digest, tag } = one;
          found.push({ form, digest, tag, layers: one.image.layers.length });
        }
        return { found, skipped };
      };

      it("are none at first", async () => {
        assert.deepEqual(await list(), { found: [], skipped: [] });
      });

      it("are bundles, then those of the older form", async () => {
        const bundles = await attachBundles(registry, MANIFEST, [{ a: 1 }, { a: 2 }]);
        const simple = await attachSimple(registry, DIGEST, [SIMPLE, SIMPLE]);
        const { found, skipped } = await list();
        assert.deepEqual(found, [
          ...bundles.map((digest) => ({ form: "bundle", digest, tag: undefined, layers: 1 })),
          { form: "simple", digest: simple, tag: `${TAG}.sig`, layers: 2 },
        ]);
        assert.deepEqual(skipped, []);
      });

      it("are told apart from what else refers to it", async () => {
        await attachBundles(registry, MANIFEST, [{ a: 1 }], "application/spdx+json");
        assert.deepEqual((await list()).found, []);
      });

      it("are those that can be read", async () => {
        const [broken = DIGEST, whole] = await attachBundles(registry, MANIFEST, [
          { a: 1 },
          { a: 2 },
        ]);
        const manifest = registry.content.get(broken)?.toString() ?? "";
        registry.content.set(broken, Buffer.from(`${manifest} `));
        await registry.pushManifest(Buffer.from("x"), IMAGE_MANIFEST, `${TAG}.sig`);
        const { found, skipped } = await list();
        assert.deepEqual(
          found.map(({ digest }) => digest),
          [whole],
        );
        assert.equal(skipped.length, 2);
        assert.match(skipped[0] ?? "", new RegExp(`${broken}: has the digest`));
        assert.match(skipped[1] ?? "", /sha256-[0-9a-f]{64}\.sig: the content is no JSON/);
      });
    });
  }

  it("are those behind the tag when the list of the others is broken", async () => {
    const registry = await startStoredRegistry({ referrers: false });
    try {
      await registry.pushManifest(Buffer.from("{"), IMAGE_INDEX, TAG);
      const simple = await attachSimple(registry, DIGEST, [SIMPLE]);
      const place = { registry: registry.address, repository: "a/b" };
      const client = new RegistryClient(place, { surroundings: {} });
      const found = [];
      for await (const { digest } of signaturesOf(client, DIGEST)) found.push(digest);
      assert.deepEqual(found, [simple]);
    } finally {
      await registry.stop();
    }
  });
});

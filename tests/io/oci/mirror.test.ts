import assert from "node:assert/strict";
import { digestOf } from "../../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST, readJson } from "../../../provider/core/oci/manifest";
import { referrersTag } from "../../../provider/core/oci/referrers";
import { mirror } from "../../../provider/io/oci/mirror";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import type { Trick } from "../../support/registries/hostile";
import {
  startMemoryRegistry,
  type MemoryRegistry,
  type Wishes,
} from "../../support/registries/memory-registry";
import {
  attached,
  manifestsOf,
  pushSigned,
  refer,
  signedArtifact,
} from "../../support/registries/signed-artifact";

const ARTIFACT = signedArtifact();
const LIST = referrersTag(ARTIFACT.digest);

describe("mirroring an artifact", function () {
  this.timeout(20_000);
  const servers: MemoryRegistry[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((one) => one.stop())));
  const start = async (wishes: Wishes = {}) => {
    const server = await startMemoryRegistry(wishes);
    servers.push(server);
    return server;
  };
  const clientOf = ({ address }: MemoryRegistry) =>
    new RegistryClient({ registry: address, repository: "a/b" }, { surroundings: {} });
  const startSource = async (wishes: Wishes = {}) => {
    const source = await start(wishes);
    await pushSigned(clientOf(source), ARTIFACT, "v1");
    return source;
  };
  const copy = (source: MemoryRegistry, target: MemoryRegistry, reference = "v1") =>
    mirror(clientOf(source), clientOf(target), { where: "the source", reference, tag: "v1" });
  const writes = ({ seen }: MemoryRegistry) =>
    seen.filter(({ method }) => method === "PUT" || method === "POST").map(({ path }) => path);

  const kinds = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const;
  for (const [from, to] of kinds) {
    const title = `${from ? "a registry with" : "one without"} the referrers API to ${to ? "one with" : "one without"} it`;
    it(`copies all of it byte for byte from ${title}, and nothing again`, async () => {
      const source = await startSource({ referrers: from });
      const target = await start({ referrers: to });
      const { digest, warnings } = await copy(source, target);
      assert.equal(digest, ARTIFACT.digest);
      assert.deepEqual(warnings, []);
      for (const manifest of manifestsOf(ARTIFACT)) {
        assert.deepEqual(target.manifests.get(digestOf(manifest))?.content, manifest);
      }
      assert.deepEqual(new Set(target.blobs.keys()), new Set(source.blobs.keys()));
      assert.deepEqual(target.manifests.get("v1")?.content, ARTIFACT.index);
      assert.ok(target.manifests.has(`${LIST}.sig`));
      assert.equal(target.manifests.has(LIST), !to);
      const [bundle] = await clientOf(target).referrers(digest);
      assert.equal(bundle?.digest, digestOf(ARTIFACT.bundle.manifest));

      const before = writes(target).length;
      const { items } = await copy(source, target);
      assert.equal(writes(target).length, before);
      assert.deepEqual(
        items.filter(({ copied, bytes }) => copied || bytes > 0),
        [],
      );
    });
  }

  it("copies the artifact first, then what refers to it, and the tag last", async () => {
    const target = await start();
    const { items } = await copy(await startSource(), target);
    assert.equal(writes(target).at(-1), "/v2/a/b/manifests/v1");
    const [bundle, signature] = [ARTIFACT.bundle, ARTIFACT.signature].map(({ manifest }) =>
      digestOf(manifest),
    );
    assert.deepEqual(
      items.map(({ name }) => name),
      [
        ...ARTIFACT.images.map((image) => image.digest),
        ARTIFACT.digest,
        bundle,
        digestOf(ARTIFACT.bundleOfBundle.manifest),
        referrersTag(bundle!),
        LIST,
        signature,
        `${LIST}.sig`,
        "v1",
      ],
    );
    assert.ok(items.every(({ copied }) => copied));
  });

  it("leaves the entries of others in a list of referrers", async () => {
    const target = await start();
    const other = attached("another bundle", ARTIFACT.index);
    await refer(clientOf(target), ARTIFACT.digest, other);
    await copy(await startSource(), target);
    const { manifests } = readJson(LIST, target.manifests.get(LIST)!.content);
    assert.deepEqual(
      (manifests as readonly { digest: string; artifactType: string }[]).map((it) => it.digest),
      [digestOf(other.manifest), digestOf(ARTIFACT.bundle.manifest)],
    );
  });

  it("moves a tag, and tells where it was", async () => {
    const [source, target] = [await startSource(), await start()];
    const older = signedArtifact("v2.9.8");
    await pushSigned(clientOf(target), older, "v1");
    const { items } = await copy(source, target);
    assert.equal(
      target.manifests.get("v1")?.content,
      target.manifests.get(ARTIFACT.digest)?.content,
    );
    assert.equal(items.at(-1)?.what, `tag, which was ${older.digest}`);
  });

  it("warns of an artifact without signature, and of what refers to another one", async () => {
    const source = await start();
    const [image] = ARTIFACT.images;
    await pushSigned(clientOf(source), ARTIFACT, "v1");
    const stray = attached("of something else", image!.manifest);
    await refer(clientOf(source), digestOf(ARTIFACT.signature.manifest), stray);
    await refer(clientOf(source), ARTIFACT.digest, stray);
    source.manifests.delete(`${LIST}.sig`);
    const target = await start();
    const { warnings } = await copy(source, target);
    assert.match(warnings[0] ?? "", /is listed as referring to sha256:.*, but does not; it was/);
    assert.match(warnings[1] ?? "", /^the source has no signature that could be copied$/);
    assert.ok(!target.manifests.has(digestOf(stray.manifest)));
    assert.ok(!target.manifests.has(LIST));
  });

  /** Fails the request that is next after a number of writes. */
  const failing =
    (after: number, status: number): Trick =>
    ({ method }, response) => {
      if (method === "GET" || method === "HEAD") return false;
      after -= 1;
      if (after >= 0) return false;
      response.writeHead(status).end(JSON.stringify({ errors: [{ code: "DENIED" }] }));
      return true;
    };

  it("leaves no tag without its content wherever it is interrupted, and goes on from there", async () => {
    const source = await startSource();
    const whole = await start();
    await copy(source, whole);
    const number = writes(whole).length;
    assert.ok(number > 20);
    for (let after = 0; after < number; after += 1) {
      const wishes: { trick?: Trick } = { trick: failing(after, 403) };
      const target = await start(wishes);
      await assert.rejects(copy(source, target), { code: "unauthorized" });
      for (const { content } of target.manifests.values()) {
        const { manifests = [] } = readJson("a manifest", content);
        for (const { digest } of manifests as readonly { digest: string }[]) {
          assert.ok(target.manifests.has(digest), `${digest} after ${after}`);
        }
      }
      assert.ok(!target.manifests.has("v1"));
      delete wishes.trick;
      const before = writes(target).length;
      await copy(source, target);
      assert.deepEqual([...target.manifests.keys()].sort(), [...whole.manifests.keys()].sort());
      // An upload that was refused half way is made again from its start.
      assert.ok(writes(target).length - before <= number - after + 1, String(after));
    }
  });

  it("tells who refuses, and whom", async () => {
    const target = await start({ trick: failing(0, 403) });
    await assert.rejects(copy(await startSource(), target), (error: Error) => {
      assert.match(
        error.message,
        /^127\.0\.0\.1:\d+\/a\/b: .* HTTP 403 \(DENIED\) to POST .*uploads\/; it was shown no cred.*may write to/,
      );
      assert.ok(error.message.includes(target.address));
      return true;
    });
  });

  it("starts an upload again that the registry has lost", async () => {
    let lost = 1;
    const target = await start({
      trick: ({ method, path }, response) => {
        if (method !== "PUT" || !path.includes("/blobs/") || lost === 0) return false;
        lost -= 1;
        response.writeHead(404).end(JSON.stringify({ errors: [{ code: "BLOB_UPLOAD_UNKNOWN" }] }));
        return true;
      },
    });
    assert.equal((await copy(await startSource(), target)).digest, ARTIFACT.digest);
  });

  it("copies nothing that is not what its digest says", async () => {
    const source = await startSource();
    const layer = ARTIFACT.images[1]!.layer;
    source.blobs.set(layer, Buffer.alloc(source.blobs.get(layer)!.length, "x"));
    const target = await start();
    await assert.rejects(copy(source, target), { code: "digest-mismatch" });
    assert.ok(!target.manifests.has(ARTIFACT.digest) && !target.manifests.has("v1"));
  });

  it("tells an artifact that is not there, or not whole", async () => {
    const [source, target] = [await startSource(), await start()];
    await assert.rejects(copy(source, target, "none"), {
      code: "not-found",
      message: "the source: there is no such artifact; check the repository, and the tag or digest",
    });
    source.manifests.delete(ARTIFACT.images[0]!.digest);
    await assert.rejects(copy(source, target), {
      code: "not-found",
      message: /is named by a manifest, but is not there/,
    });
    assert.deepEqual(writes(target), []);
  });

  it("ends with a registry that lists without an end", async () => {
    const source = await start();
    let last = attached("0");
    const root = last.manifest;
    const client = clientOf(source);
    await client.pushBlob(Buffer.from("{}"));
    for (let at = 0; at < 1_005; at += 1) {
      source.manifests.set(digestOf(last.manifest), {
        content: last.manifest,
        mediaType: IMAGE_MANIFEST,
      });
      source.blobs.set(digestOf(last.content), last.content);
      const next = attached(String(at + 1), last.manifest);
      const entry = {
        mediaType: IMAGE_MANIFEST,
        digest: digestOf(next.manifest),
        size: next.manifest.length,
      };
      const list = Buffer.from(JSON.stringify({ mediaType: IMAGE_INDEX, manifests: [entry] }));
      source.manifests.set(referrersTag(digestOf(last.manifest)), {
        content: list,
        mediaType: IMAGE_INDEX,
      });
      last = next;
    }
    const wish = { where: "the source", reference: digestOf(root) };
    const target = await start();
    await assert.rejects(mirror(client, clientOf(target), wish), { code: "too-large" });
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestOf, hexOf } from "../../provider/core/oci/digest";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../provider/core/oci/manifest";
import { artifactSource } from "../../provider/io/artifact-source";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { tar, tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease } from "../support/registries/artifact";

const ENTRIES = smallRelease("v2.9.9");
const ARTIFACT = artifactOf(tarGzip(ENTRIES));

describe("an artifact in a file", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-file-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, content: string | Buffer) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const read = async (path: string) => {
    const surroundings = { cacheFolder: join(folder, "cache") };
    const access = {
      files: new ParsedFiles(),
      surroundings,
      warn: (line: string) => assert.fail(line),
    };
    const source = artifactSource(pathToFileURL(join(folder, path)).href, access);
    assert.deepEqual(await source.versions(), ["v2.9.9"]);
    return await source.load("v2.9.9", ["source-controller"]);
  };
  const writeLayout = (manifests: readonly object[]) => {
    write("layout/oci-layout", '{"imageLayoutVersion":"1.0.0"}');
    write(
      "layout/index.json",
      JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_INDEX, manifests }),
    );
    for (const content of [ARTIFACT.manifest, ...ARTIFACT.blobs.values()]) {
      write(`layout/blobs/sha256/${hexOf(digestOf(content))}`, content);
    }
  };
  const described = (tag?: string) => ({
    mediaType: IMAGE_MANIFEST,
    digest: ARTIFACT.digest,
    size: ARTIFACT.manifest.length,
    annotations: tag === undefined ? {} : { "org.opencontainers.image.ref.name": tag },
  });

  for (const [name, content] of [
    ["a.tar.gz", tarGzip(ENTRIES)],
    ["a.tgz", tarGzip(ENTRIES)],
    ["a.tar", tar(ENTRIES)],
    ["a.of-another-name", tarGzip(ENTRIES)],
  ] as const) {
    it(`is read from the archive ${name}, whose digest it has`, async () => {
      write(name, content);
      const release = await read(name);
      assert.equal(release.digest, digestOf(content));
      assert.deepEqual(await read(name), release);
    });
  }

  it("is read from a folder with flux/", async () => {
    for (const { name, content = "" } of ENTRIES) write(`folder/${name}`, content);
    const release = await read("folder");
    write("a.tar", tar(ENTRIES));
    assert.deepEqual({ ...release, digest: "" }, { ...(await read("a.tar")), digest: "" });
  });

  it("is read from an OCI layout, whose digest is that of its manifest", async () => {
    writeLayout([described()]);
    assert.equal((await read("layout")).digest, ARTIFACT.digest);
  });

  it("is the one tagged latest of a layout with more", async () => {
    const other = { ...described("v1"), digest: ARTIFACT.layer };
    writeLayout([other, described("latest")]);
    assert.equal((await read("layout")).digest, ARTIFACT.digest);
    writeLayout([other, described("v2")]);
    await assert.rejects(read("layout"), {
      code: "invalid-manifest",
      message: /2 manifests \(v1, v2\)/,
    });
  });

  it("is refused where a blob of a layout is missing, changed or too large", async () => {
    const layer = `layout/blobs/sha256/${hexOf(ARTIFACT.layer)}`;
    writeLayout([described()]);
    write(layer, "other");
    await assert.rejects(read("layout"), { code: "digest-mismatch", message: /blobs/ });
    truncateSync(join(folder, layer), 64 * 1024 * 1024 + 1);
    await assert.rejects(read("layout"), { code: "too-large" });
    rmSync(join(folder, layer));
    await assert.rejects(read("layout"), { code: "not-found", message: /there is no such file/ });
  });

  it("is refused where it is no archive", async () => {
    write("a.tar", "x".repeat(1000));
    await assert.rejects(read("a.tar"), { code: "invalid-archive" });
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "../../provider/core/oci/digest";
import { ArtifactError } from "../../provider/core/oci/error";
import { IMAGE_INDEX, IMAGE_MANIFEST } from "../../provider/core/oci/manifest";
import { artifactSource } from "../../provider/io/artifact-source";
import type { ArtifactAccess } from "../../provider/io/oci/access";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease, type TestArtifact } from "../support/registries/artifact";
import { startHostileRegistry, type Trick } from "../support/registries/hostile";
import { serve, type TestServer } from "../support/registries/server";

const FIRST = artifactOf(tarGzip(smallRelease("v2.9.8", "a")));
const SECOND = artifactOf(
  tarGzip([...smallRelease("v2.9.8", "a"), ...smallRelease("v2.9.9", "b")]),
);

describe("an artifact in a registry", function () {
  this.timeout(20_000);
  let cacheFolder = "";
  let server: TestServer;
  let current: TestArtifact;
  let trick: Trick;
  let warnings: string[];
  const servers: TestServer[] = [];
  beforeEach(async () => {
    cacheFolder = mkdtempSync(join(tmpdir(), "flux-instance-artifacts-"));
    current = FIRST;
    trick = () => false;
    warnings = [];
    const play: Trick = (seen, response) => trick(seen, response);
    server = await startHostileRegistry(() => current, play);
    servers.push(server);
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((one) => one.stop()));
    rmSync(cacheFolder, { recursive: true });
  });

  const sourceOf = (reference: string, access: Partial<ArtifactAccess> = {}) =>
    artifactSource(`oci://${server.address}/a/b${reference}`, {
      files: new ParsedFiles(),
      surroundings: { cacheFolder },
      warn: (line) => warnings.push(line),
      ...access,
    });
  /** Reads all there is to read, and tells the requests it took. */
  const read = async (reference: string, access: Partial<ArtifactAccess> = {}) => {
    const before = server.seen.length;
    const source = sourceOf(reference, access);
    const versions = await source.versions();
    const release = await source.load(versions.at(-1) ?? "", ["source-controller"]);
    const requests = server.seen.slice(before).map(({ method, path }) => `${method} ${path}`);
    return { versions, release, requests };
  };

  it("is read with two requests, and then from the cache with one", async () => {
    const cold = await read(":v1");
    assert.deepEqual(cold.requests, [
      "GET /v2/a/b/manifests/v1",
      `GET /v2/a/b/blobs/${FIRST.layer}`,
    ]);
    assert.deepEqual(cold.versions, ["v2.9.8"]);
    assert.equal(cold.release.digest, FIRST.digest);
    assert.equal(cold.release.images.get("upstream-alpine")?.[0]?.newTag, "v1");
    const warm = await read(":v1");
    assert.deepEqual(warm.requests, ["HEAD /v2/a/b/manifests/v1"]);
    assert.deepEqual(warm.release, cold.release);
  });

  it("needs no network by digest once it is cached", async () => {
    const reference = `:v1@${FIRST.digest}`;
    const cold = await read(reference);
    await server.stop();
    assert.deepEqual((await read(reference)).release, cold.release);
  });

  it("is read anew when its tag moves, and only what is new", async () => {
    await read(":v1");
    current = SECOND;
    const moved = await read(":v1");
    assert.deepEqual(moved.requests, [
      "HEAD /v2/a/b/manifests/v1",
      `GET /v2/a/b/manifests/${SECOND.digest}`,
      `GET /v2/a/b/blobs/${SECOND.layer}`,
    ]);
    assert.equal(moved.release.digest, SECOND.digest);
    assert.deepEqual(moved.versions, ["v2.9.8", "v2.9.9"]);
  });

  it("is not mixed with another that the tag names while it is read", async () => {
    trick = ({ path }) => {
      // After the manifest was sent, the tag and all content are those of the second one.
      if (path.includes("/blobs/")) current = SECOND;
      return false;
    };
    await assert.rejects(read(":v1"), { code: "not-found" });
  });

  it("is asked for in full where the registry tells no digest", async () => {
    await read(":v1");
    trick = ({ method }, response) => {
      if (method === "HEAD") response.writeHead(405).end();
      return method === "HEAD";
    };
    assert.equal((await read(":v1")).release.digest, FIRST.digest);
  });

  it("fails where the registry is not there, and names the last digest", async () => {
    await read(":v1");
    await server.stop();
    await assert.rejects(read(":v1"), {
      code: "unreachable",
      message: new RegExp(`the last digest seen is ${FIRST.digest}: use it by digest, or offline`),
    });
  });

  for (const [code, trouble] of [
    ["rate-limited", { status: 429, headers: { "retry-after": "3600" } }],
    ["unavailable", { status: 503, headers: { "retry-after": "3600" } }],
    ["timeout", undefined],
  ] as const) {
    it(`fails where the registry is ${code}, and names the last digest`, async () => {
      await read(":v1");
      trick = (_seen, response) => {
        if (trouble !== undefined) response.writeHead(trouble.status, trouble.headers).end();
        return true;
      };
      const remedy = new RegExp(`the last digest seen is ${FIRST.digest}: use it by digest`);
      const limits = code === "timeout" ? { timeLimit: 200 } : {};
      await assert.rejects(read(":v1", limits), { code, message: remedy });
    });
  }

  it("has no last digest to name where it is gone or refused", async () => {
    await read(":v1");
    trick = (_seen, response) => {
      response.writeHead(403).end();
      return true;
    };
    await assert.rejects(read(":v1"), (error) => {
      assert.ok(error instanceof ArtifactError && error.code === "unauthorized");
      assert.doesNotMatch(error.message, /last digest/);
      return true;
    });
  });

  it("is the one last seen when offline, with a warning and without a request", async () => {
    const cold = await read(":v1");
    current = SECOND;
    const offline = await read(":v1", { offline: true });
    assert.deepEqual(offline.requests, []);
    assert.deepEqual(offline.release, cold.release);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", new RegExp(`a/b:v1: offline, .* ${FIRST.digest}`));
  });

  it("is an error when offline and never seen", async () => {
    const code = "not-cached";
    await assert.rejects(read(":v1", { offline: true }), { code });
    await assert.rejects(read(`@${FIRST.digest}`, { offline: true }), { code });
    assert.deepEqual(server.seen, []);
  });

  it("is fetched again where the cache is broken, file by file", async () => {
    const cold = await read(":v1");
    const files = readdirSync(cacheFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    // Manifest, layer, tag, listing, three manifests, one list of images.
    assert.equal(files.length, 8);
    for (const file of [...files, ...files]) {
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, whole.length / 2));
      assert.deepEqual((await read(":v1")).release, cold.release, file);
    }
    for (const file of files) writeFileSync(file, "");
    assert.deepEqual((await read(":v1")).release, cold.release);
    assert.deepEqual(warnings, []);
  });

  it("is read without a cache", async () => {
    const { release } = await read(":v1", { surroundings: {} });
    assert.equal(release.digest, FIRST.digest);
    assert.deepEqual(readdirSync(cacheFolder), []);
  });

  it("of an index is its image for linux/amd64, and the digest that of the index", async () => {
    const describe = (content: Buffer, architecture: string) => ({
      mediaType: IMAGE_MANIFEST,
      digest: digestOf(content),
      size: content.length,
      platform: { os: "linux", architecture },
    });
    const manifests = [describe(SECOND.manifest, "arm64"), describe(FIRST.manifest, "amd64")];
    const index = Buffer.from(JSON.stringify({ mediaType: IMAGE_INDEX, manifests }));
    trick = ({ path }, response) => {
      if (path.endsWith("/multi")) response.end(index);
      return path.endsWith("/multi");
    };
    const { release, versions } = await read(":multi");
    assert.equal(release.digest, digestOf(index));
    assert.deepEqual(versions, ["v2.9.8"]);
  });

  it("can be cancelled, and ends in time", async () => {
    const silent = await serve(() => undefined);
    servers.push(silent);
    server = silent;
    await assert.rejects(read(":v1", { timeLimit: 100 }), { code: "timeout" });
    const signal = AbortSignal.abort();
    await assert.rejects(read(":v1", { signal }), { code: "cancelled" });
  });

  it("is shared by processes that start at once with an empty cache", async () => {
    const script = join(__dirname, "..", "support", "registries", "read-artifact.ts");
    const args = [
      "--import",
      "tsx",
      script,
      `oci://${server.address}/a/b:v1`,
      cacheFolder,
      "v2.9.8",
    ];
    const run = () =>
      new Promise<string>((resolve, reject) => {
        execFile(process.execPath, args, (error, output, errors) => {
          if (error === null) resolve(output + errors);
          else reject(new Error(errors, { cause: error }));
        });
      });
    const outputs = await Promise.all([run(), run()]);
    assert.deepEqual(outputs, [`${FIRST.digest}\n`, `${FIRST.digest}\n`]);
    assert.deepEqual(readdirSync(join(cacheFolder, "unfinished")), []);
    assert.deepEqual((await read(":v1")).requests, ["HEAD /v2/a/b/manifests/v1"]);
  });
});

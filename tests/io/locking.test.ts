import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestOf } from "../../provider/core/oci/digest";
import { InvalidInput } from "../../provider/core/problem";
import { choosePinned, printNewer, type Kept } from "../../provider/io/locking";
import type { Surroundings } from "../../provider/io/oci/access";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { choose } from "../../provider/io/resolve";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease, type TestArtifact } from "../support/registries/artifact";
import { startHostileRegistry } from "../support/registries/hostile";
import type { TestServer } from "../support/registries/server";

const COMPONENTS = ["source-controller"] as const;
const OLD = artifactOf(tarGzip(smallRelease("v2.9.8")));
const NEW = artifactOf(tarGzip([...smallRelease("v2.9.8", "b"), ...smallRelease("v2.9.9", "b")]));
const KEPT: Kept = { version: "v2.9.8", digest: OLD.digest };

describe("a locked release", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-locking-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const reachOf = (surroundings: Surroundings) => ({
    surroundings,
    warn: (line: string) => assert.fail(line),
  });
  /** Chooses what a lock keeps, and reads it. */
  const read = async (artifact: string, kept = KEPT, surroundings: Surroundings = {}) => {
    const chosen = await choosePinned({ artifact }, kept, new ParsedFiles(), reachOf(surroundings));
    const release = await chosen.load(COMPONENTS);
    assert.equal(release.version, chosen.version);
    return { version: chosen.version, digest: release.digest };
  };
  const refusal = async (step: Promise<unknown>) => {
    const error: unknown = await step.then(
      () => assert.fail("nothing was refused"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof InvalidInput, String(error));
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`).join("\n");
  };

  describe("in a registry", () => {
    let registry: TestServer;
    /** What is behind every tag; the older one stays there by its digest. */
    let tagged: TestArtifact;
    beforeEach(async () => {
      tagged = NEW;
      const content = new Map<string, Buffer>(
        [OLD, NEW].flatMap(({ digest, manifest, blobs }) => [[digest, manifest], ...blobs]),
      );
      registry = await startHostileRegistry(
        () => tagged,
        ({ path }, response) => {
          const found = content.get(path.split("/").at(-1) ?? "");
          if (found !== undefined) response.end(found);
          return found !== undefined;
        },
      );
    });
    afterEach(() => registry.stop());

    for (const [form, rest] of [
      ["a tag", ":stable"],
      ["no tag", ""],
      ["a digest", `@${OLD.digest}`],
      ["a tag and a digest", `:stable@${OLD.digest}`],
    ] as const) {
      it(`is had by its digest where the args name ${form}, whatever the tag is now`, async () => {
        assert.deepEqual(await read(`oci://${registry.address}/a/b${rest}`), KEPT);
        const asked = registry.seen.map(({ path }) => path.replace(/^.*\//, ""));
        assert.deepEqual(asked, [OLD.digest, OLD.layer]);
      });
    }

    it("is had from the cache when the registry is away, and not without a cache", async () => {
      const artifact = `oci://${registry.address}/a/b:stable`;
      const surroundings = { cacheFolder: join(folder, "cache") };
      tagged = OLD;
      const args = { artifact, version: "2.9.x" };
      const first = await choose(args, new ParsedFiles(), reachOf(surroundings));
      await first.load(COMPONENTS);
      await registry.stop();
      assert.deepEqual(await read(artifact, KEPT, surroundings), KEPT);
      assert.match(await refusal(read(artifact)), /^distribution\.artifact: .* can't be reached/);
    });

    it("is an error where its digest is gone, or holds no such version", async () => {
      const gone = { ...KEPT, digest: digestOf(Buffer.from("gone")) };
      const artifact = `oci://${registry.address}/a/b:stable`;
      assert.match(
        await refusal(read(artifact, gone)),
        new RegExp(
          `^distribution.artifact: .*a/b@${gone.digest}: .* HTTP 404 .*; it is locked to Flux v2.9.8 in ${gone.digest}; to move on, change`,
        ),
      );
      const other = { ...KEPT, version: "v2.9.7" };
      assert.match(
        await refusal(read(artifact, other)),
        /^distribution\.version: .*"v2\.9\.7".*; it is locked/,
      );
    });
  });

  it("is an error where its archive has changed, and told what to do", async () => {
    const file = join(folder, "flux.tgz");
    const artifact = pathToFileURL(file).href;
    const archives = ["a", "b"].map((mark) => tarGzip(smallRelease("v2.9.8", mark)));
    const [first = "", second = ""] = archives;
    writeFileSync(file, first);
    const kept = { version: "v2.9.8", digest: digestOf(Buffer.from(first)) };
    assert.deepEqual(await read(artifact, kept), kept);
    writeFileSync(file, second);
    const now = digestOf(Buffer.from(second));
    assert.match(
      await refusal(read(artifact, kept)),
      new RegExp(
        `^distribution.artifact: holds ${now} now, .* locked release is in ${kept.digest}; bring that back; to move on, change`,
      ),
    );
  });

  it("is had from a folder as long as its version is there", async () => {
    const artifact = pathToFileURL(folder).href;
    for (const { name, content = "" } of smallRelease("v2.9.8")) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const kept = { version: "v2.9.8", digest: "" };
    const chosen = await choosePinned({ artifact }, kept, new ParsedFiles(), reachOf({}));
    assert.deepEqual([chosen.version, chosen.digest], ["v2.9.8", ""]);
    rmSync(join(folder, "flux", "v2.9.8"), { recursive: true });
    mkdirSync(join(folder, "flux", "v2.9.9"));
    assert.match(await refusal(read(artifact, kept)), /^distribution\.version: .*"v2\.9\.8"/);
  });

  it("is named with what is newer", () => {
    assert.match(
      printNewer({ version: "v2.9.3", digest: "" }, { version: "v2.9.4", digest: "sha256:1" }),
      /^locked to Flux v2\.9\.3, and Flux v2\.9\.4 in sha256:1 is there now; to move on, change/,
    );
  });
});

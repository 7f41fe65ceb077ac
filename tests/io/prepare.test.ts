import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../provider/core/manifest";
import { tokenOf } from "../../provider/core/opaque";
import { InvalidInput } from "../../provider/core/problem";
import type { Kept, LockRequest } from "../../provider/io/locking";
import type { Surroundings } from "../../provider/io/oci/access";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, smallRelease } from "../support/registries/artifact";
import { startHostileRegistry } from "../support/registries/hostile";
import type { TestServer } from "../support/registries/server";

const files = new ParsedFiles();
const MINIMAL = { distribution: { version: "2.9.x" } };
const SYNC = {
  kind: "GitRepository",
  url: "https://git.example/a",
  ref: "refs/heads/main",
  path: "./",
};

async function problemsOf(args: object, strict = true): Promise<InvalidInput> {
  try {
    await prepare({ ...MINIMAL, ...args }, { files, strict });
  } catch (error) {
    assert.ok(error instanceof InvalidInput, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

describe("preparing an instance", () => {
  it("tells every problem at once, each with its property and remedy", async () => {
    const { problems } = await problemsOf({
      distribution: { version: "4.x" },
      components: ["source-controller", "flagger"],
      sharding: { shards: ["a"], storage: "persistent" },
      sync: { ...SYNC, provider: "gcp" },
    });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["components[1]", "sharding.storage", "sync.provider", "distribution.version"],
    );
    const [component, storage, provider, version] = problems.map(({ reason }) => reason);
    assert.match(component ?? "", /expected one of source-controller, .* got "flagger"/);
    assert.match(storage ?? "", /set storage\.class and storage\.size/);
    assert.match(provider ?? "", /only for OCIRepository and Bucket/);
    assert.match(version ?? "", /no Flux version matches "4\.x".*v2\.9\.4.*distribution\.artifact/);
  });

  it("refuses a sync that nothing would act on, and only warns where it shall be lenient", async () => {
    const args = { components: ["source-controller"], sync: SYNC };
    assert.deepEqual(
      (await problemsOf(args)).problems.map(({ path }) => path),
      ["sync.kind"],
    );
    const prepared = await prepare({ ...MINIMAL, ...args }, { files, strict: false });
    assert.ok(!("undecided" in prepared));
    assert.match(prepared.warnings.join("\n"), /kustomize-controller/);
  });

  it("refuses a secret that decides which objects exist", async () => {
    const token = tokenOf("components");
    const refused = prepare(
      { ...MINIMAL, components: token },
      { files, strict: true, reveal: () => ["source-controller"] },
    );
    await assert.rejects(refused, /components: decides which objects exist and can't be a secret/);
  });

  it("answers with the unknown values that decide", async () => {
    const distribution = { version: tokenOf("distribution.version") };
    const prepared = await prepare({ distribution }, { files, strict: true });
    assert.ok("undecided" in prepared);
    assert.deepEqual(
      prepared.undecided.map(({ path }) => path),
      ["distribution.version"],
    );
  });

  it("warns, naming the components, where images are not pinned", async () => {
    const distribution = { version: "2.9.x", registry: "registry.example.com/flux" };
    const prepared = await prepare({ distribution }, { files, strict: true });
    assert.ok(!("undecided" in prepared));
    assert.match(
      prepared.warnings.join("\n"),
      /source-controller.*not pinned.*distribution\.variant/,
    );
    assert.equal(prepared.rendered.components[0]?.digest, undefined);
  });

  it("names a folder without releases", async () => {
    const distribution = { version: "2.x", artifact: "file:///nowhere/at/all" };
    const { problems } = await problemsOf({ distribution });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["distribution.artifact"],
    );
    assert.match(
      problems[0]?.reason ?? "",
      /no Flux release in the releases in \/nowhere\/at\/all/,
    );
  });

  it("gives the same revision for the same args, and another for others", async () => {
    const revisionOf = async (args: object) => {
      const prepared = await prepare({ ...MINIMAL, ...args }, { files, strict: true });
      assert.ok(!("undecided" in prepared));
      return prepared.rendered.revision;
    };
    const [first, second] = [await revisionOf({}), await revisionOf({})];
    assert.match(first, /^v2\.9\.4@sha256:[0-9a-f]{64}$/);
    assert.equal(first, second);
    assert.notEqual(first, await revisionOf({ cluster: { size: "large" } }));
    assert.equal(first, await revisionOf({ commonMetadata: { labels: { team: "a" } } }));
  });

  describe("from a registry", () => {
    const artifact = artifactOf(tarGzip(smallRelease("v2.9.8")));
    let registry: TestServer;
    beforeEach(async () => {
      registry = await startHostileRegistry(() => artifact);
    });
    afterEach(() => registry.stop());
    const from = (more: object) => ({
      distribution: { version: "2.9.x", artifact: `oci://${registry.address}/a/b`, ...more },
      components: ["source-controller"],
    });

    it("stops before anything is rendered where the signature is missing", async () => {
      const verify = { issuer: "https://issuer.example", identity: "me" };
      const { problems } = await problemsOf(from({ verify }));
      assert.deepEqual(
        problems.map(({ path }) => path),
        ["distribution.verify"],
      );
      assert.match(problems[0]?.reason ?? "", /signature/);
      assert.ok(!registry.seen.some(({ path }) => path.includes("/blobs/")));
    });

    describe("with a lock", () => {
      const LOCKED = { version: "2.9.x", updatePolicy: "locked" };
      let requests: LockRequest[];
      beforeEach(() => (requests = []));
      /** A lock that keeps a release, or the first candidate. */
      const locked = (args: object, kept?: Kept, surroundings: Surroundings = {}) =>
        prepare(args as Json, {
          files,
          surroundings,
          strict: true,
          lock: (request) => {
            requests.push(request);
            const { candidate } = request;
            return Promise.resolve(kept ?? candidate ?? assert.fail("nothing to keep"));
          },
        });

      it("is asked with the args and what they resolve to", async () => {
        const args = from(LOCKED);
        const prepared = await locked(args);
        assert.ok(!("undecided" in prepared));
        const { version, artifact: name } = args.distribution;
        const candidate = { version: "v2.9.8", digest: artifact.digest };
        assert.deepEqual(requests, [{ version, artifact: name, candidate }]);
        assert.equal(prepared.release.digest, artifact.digest);
        assert.deepEqual([prepared.warnings, prepared.notes], [[], []]);
      });

      it("is not asked while anything is wrong or unknown", async () => {
        const wrong = { ...from(LOCKED), cluster: { size: "huge" } };
        await assert.rejects(locked(wrong), /cluster\.size/);
        const unsigned = from({ ...LOCKED, verify: { issuer: "x", identity: "(" } });
        await assert.rejects(locked(unsigned), /distribution\.verify\.identity/);
        const unknown = await locked({ ...from(LOCKED), wait: tokenOf("wait") });
        assert.ok("undecided" in unknown);
        assert.deepEqual(requests, []);
      });

      it("keeps a release whose registry is away, with a warning, and tells that its tag moved", async () => {
        const cacheFolder = mkdtempSync(join(tmpdir(), "flux-instance-prepare-"));
        try {
          const args = from(LOCKED);
          await locked(args, undefined, { cacheFolder });
          const kept = { version: "v2.9.8", digest: artifact.digest };
          const newer = artifactOf(tarGzip(smallRelease("v2.9.9")));
          await registry.stop();
          const moved = await startHostileRegistry(() => newer);
          const elsewhere = { ...args.distribution, artifact: `oci://${moved.address}/a/b` };
          try {
            const told = await locked({ ...args, distribution: elsewhere }, kept, { cacheFolder });
            assert.ok(!("undecided" in told));
            assert.equal(told.release.version, "v2.9.8");
            assert.match(told.notes.join(), /locked to Flux v2\.9\.8 in .*, and Flux v2\.9\.9 in/);
            assert.deepEqual(told.warnings, []);
          } finally {
            await moved.stop();
          }
          const away = await locked(args, kept, { cacheFolder });
          assert.ok(!("undecided" in away));
          assert.equal(away.release.digest, artifact.digest);
          assert.match(away.warnings.join(), /^no newer release could be looked for: .*reached/);
          assert.match(requests.at(-1)?.unresolved ?? "", /^distribution\.artifact: .*reached/);
        } finally {
          rmSync(cacheFolder, { recursive: true });
        }
      });
    });

    it("asks the registry for nothing while an arg about it is wrong or unknown", async () => {
      const { problems } = await problemsOf(from({ caCertificate: "/etc/ca.pem" }));
      assert.deepEqual(
        problems.map(({ path }) => path),
        ["distribution.caCertificate"],
      );
      const token = tokenOf("distribution.artifactCredentials");
      const prepared = await prepare(from({ artifactCredentials: token }), { files, strict: true });
      assert.ok("undecided" in prepared);
      assert.deepEqual(
        prepared.undecided.map(({ path }) => path),
        ["distribution.artifactCredentials"],
      );
      assert.deepEqual(registry.seen, []);
    });
  });
});

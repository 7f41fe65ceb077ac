import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Release } from "../../provider/core/distribution/release";
import type { Json } from "../../provider/core/manifest";
import { render } from "../../provider/core/render";
import { read } from "../../provider/core/spec/read";
import { artifactSource } from "../../provider/io/artifact-source";
import type { ArtifactAccess } from "../../provider/io/oci/access";
import { RegistryClient } from "../../provider/io/oci/registry-client";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { choose } from "../../provider/io/resolve";
import { startRegistry, type Registry } from "../../tools/registry";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, entriesOf, push, type TestArtifact } from "../support/registries/artifact";
import { useReleases } from "../support/releases";
import { requireTools } from "../tools/require-tools";

const access: ArtifactAccess = {
  files: new ParsedFiles(),
  surroundings: {},
  warn: (line: string) => assert.fail(line),
};

describe("an artifact source", () => {
  it("names what it can't read", () => {
    for (const [artifact, message] of [
      ["file://host/folder", /no absolute file URL; write it as "file:\/\/\/folder", or "oci:/],
      ["https://ghcr.io/a", /no absolute file URL/],
      ["oci://ghcr.io/A", /"A" is no repository/],
    ] as const) {
      assert.throws(() => artifactSource(artifact, access), { code: "invalid-reference", message });
    }
  });

  it("that fails is told at distribution.artifact, with the cause", async () => {
    const distribution = {
      version: "2.x",
      registry: "ghcr.io/fluxcd",
      artifact: "oci://127.0.0.1:1/a",
    };
    await assert.rejects(choose(distribution, access.files), (error: Error) => {
      assert.equal(error.name, "InvalidInput");
      assert.match(
        error.message,
        /distribution\.artifact: 127\.0\.0\.1:1\/a:latest: the registry can't be/,
      );
      assert.equal((error.cause as { code?: string }).code, "unreachable");
      return true;
    });
  });
});

const VERSIONS = ["v2.2.3", "v2.5.1", "v2.6.4", "v2.7.5", "v2.8.8", "v2.9.4"];

/** Pushed as `flux push artifact` does. */
describe("releases in a registry", function () {
  this.timeout(60_000);
  const releases = useReleases(...VERSIONS);
  let registry: Registry;
  let stop = () => Promise.resolve();
  let cacheFolder = "";
  let artifact: TestArtifact;
  before(async function () {
    const { registry: program } = await requireTools(this, ["registry"]);
    cacheFolder = mkdtempSync(join(tmpdir(), "flux-instance-artifacts-"));
    registry = await startRegistry({ program });
    stop = () => registry.stop();
    const place = { registry: registry.address, repository: "org/manifests" };
    artifact = artifactOf(tarGzip(entriesOf(releases.folder)));
    await push(new RegistryClient(place, { surroundings: {} }), artifact, "latest");
  });
  after(async () => {
    await stop();
    if (cacheFolder !== "") rmSync(cacheFolder, { recursive: true });
  });

  const inRegistry = (files = new ParsedFiles()) =>
    artifactSource(`oci://${registry.address}/org/manifests`, {
      ...access,
      files,
      surroundings: { cacheFolder },
    });
  const inFolder = () => artifactSource(releases.artifact, access);
  const rendered = (release: Release, args: Json) => {
    const { objects } = render(read(args).spec, { ...release, digest: "" }, () => undefined);
    assert.ok(objects.length > 10);
    return objects;
  };

  it("are the same versions", async () => {
    const [left, right] = [await inRegistry().versions(), await inFolder().versions()];
    assert.deepEqual(left.toSorted(), VERSIONS);
    assert.deepEqual(right.toSorted(), VERSIONS);
  });

  it("render the same as from their folder, parsed and from the cache", async () => {
    const [remote, local] = [inRegistry(), inFolder()];
    for (const version of await remote.versions()) {
      // The smaller files, as YAML takes its time; the newest release comes whole below.
      const components = ["source-controller", "notification-controller"] as const;
      const args = { distribution: { version }, components };
      const expected = await local.load(version, components);
      for (const source of [remote, inRegistry()]) {
        const release = await source.load(version, components);
        assert.equal(release.digest, artifact.digest);
        assert.deepEqual({ ...release, digest: expected.digest }, expected, version);
        assert.deepEqual(rendered(release, args), rendered(expected, args), version);
      }
    }
  });

  it("are chosen and rendered whole by the spec", async () => {
    const args = {
      distribution: { version: "2.x", artifact: `oci://${registry.address}/org/manifests` },
    };
    const { spec } = read(args);
    const reach = { surroundings: { cacheFolder }, warn: (line: string) => assert.fail(line) };
    const chosen = await choose(spec.distribution, new ParsedFiles(), reach);
    const release = await chosen.load(spec.components);
    const expected = await inFolder().load(chosen.version, spec.components);
    assert.deepEqual(rendered(release, args), rendered(expected, args));
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestOf, hexOf } from "../../provider/core/oci/digest";
import { IMAGE_MANIFEST } from "../../provider/core/oci/manifest";
import { referrersTag } from "../../provider/core/oci/referrers";
import { artifactSource } from "../../provider/io/artifact-source";
import { mirrorArtifact } from "../../provider/io/mirror-artifact";
import { RegistryClient } from "../../provider/io/oci/registry-client";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { startRegistry, type Registry } from "../../tools/registry";
import { startMemoryRegistry, type MemoryRegistry } from "../support/registries/memory-registry";
import { startRegistryWithLogin, USER } from "../support/registries/registry-with-login";
import { manifestsOf, pushSigned, signedArtifact } from "../support/registries/signed-artifact";
import { requireTools } from "../tools/require-tools";

const ARTIFACT = signedArtifact();
const BASIC = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString("base64")}`;

describe("mirroring between places", function () {
  this.timeout(60_000);
  let folder = "";
  const servers: MemoryRegistry[] = [];
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-mirror-"))));
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((one) => one.stop()));
    rmSync(folder, { recursive: true });
  });
  const start = async (authorization?: string) => {
    const server = await startMemoryRegistry(authorization === undefined ? {} : { authorization });
    servers.push(server);
    return server;
  };
  const clientOf = (address: string, credentials?: typeof USER) =>
    new RegistryClient(
      { registry: address, repository: "team/manifests" },
      { surroundings: {}, ...(credentials && { credentials }) },
    );
  const at = (address: string, rest: string) => `oci://${address}/team/manifests${rest}`;
  /** Docker's configuration with a login for one registry. */
  const loggedIn = (address: string) => {
    const dockerConfig = join(folder, "config.json");
    const auth = BASIC.replace("Basic ", "");
    writeFileSync(dockerConfig, JSON.stringify({ auths: { [address]: { auth } } }));
    return { dockerConfig };
  };

  const tags = [
    [":v1", "", "v1"],
    [":v1", ":stable", "stable"],
    [":v1", ":latest", "latest"],
    [`:v1@${ARTIFACT.digest}`, "", "v1"],
    [`@${ARTIFACT.digest}`, ":v2", "v2"],
  ] as const;
  for (const [source, destination, tag] of tags) {
    it(`puts ${source.slice(0, 10)} to "${destination}" behind the tag ${tag}`, async () => {
      const [from, to] = [await start(), await start()];
      await pushSigned(clientOf(from.address), ARTIFACT, "v1");
      const { pin } = await mirrorArtifact(
        at(from.address, source),
        at(to.address, destination),
        {},
      );
      assert.equal(pin, at(to.address, `:${tag}@${ARTIFACT.digest}`));
      assert.equal(await clientOf(to.address).resolve(tag), ARTIFACT.digest);
    });
  }

  it("copies without a tag where neither side has one, and refuses a digest to copy to", async () => {
    const [from, to] = [await start(), await start()];
    await pushSigned(clientOf(from.address), ARTIFACT, "v1");
    const source = at(from.address, `@${ARTIFACT.digest}`);
    const { pin } = await mirrorArtifact(source, at(to.address, ""), {});
    assert.equal(pin, at(to.address, `@${ARTIFACT.digest}`));
    assert.ok(to.manifests.has(ARTIFACT.digest) && !to.manifests.has("latest"));
    await assert.rejects(mirrorArtifact(source, at(to.address, `@${ARTIFACT.digest}`), {}), {
      code: "invalid-reference",
      message: /leave the digest out of the destination/,
    });
  });

  it("shows each registry its own credentials, and none to the other", async () => {
    const [open, closed] = [await start(), await start(BASIC)];
    await pushSigned(clientOf(open.address), ARTIFACT, "v1");
    const surroundings = loggedIn(closed.address);
    await mirrorArtifact(at(open.address, ":v1"), at(closed.address, ""), surroundings);
    await mirrorArtifact(at(closed.address, ":v1"), at(open.address, ":v2"), surroundings);
    assert.ok(open.manifests.has("v2"));
    assert.ok(open.seen.every(({ authorization }) => authorization === undefined));

    await assert.rejects(mirrorArtifact(at(open.address, ":v1"), at(closed.address, ":v3"), {}), {
      code: "unauthorized",
      message: new RegExp(`^${closed.address}/team/manifests`),
    });
  });

  it("goes through a folder with an OCI layout, and that can be installed from", async () => {
    const [from, to] = [await start(), await start()];
    await pushSigned(clientOf(from.address), ARTIFACT, "v1");
    const layout = pathToFileURL(join(folder, "layout")).href;
    const { pin } = await mirrorArtifact(at(from.address, ":v1"), layout, {});
    assert.equal(pin, `${layout} ${ARTIFACT.digest}`);

    const access = {
      files: new ParsedFiles(),
      surroundings: {},
      warn: (line: string) => assert.fail(line),
    };
    assert.deepEqual(await artifactSource(layout, access).versions(), ["v2.9.9"]);

    const again = await mirrorArtifact(at(from.address, ":v1"), layout, {});
    assert.ok(again.report.items.every(({ copied }) => !copied));

    const back = await mirrorArtifact(layout, at(to.address, ""), {});
    assert.equal(back.pin, at(to.address, `:v1@${ARTIFACT.digest}`));
    assert.deepEqual([...to.manifests.keys()].sort(), [...from.manifests.keys()].sort());
    assert.deepEqual(new Set(to.blobs.keys()), new Set(from.blobs.keys()));
  });

  it("finds signatures that a layout only names in its index, as oras writes it", async () => {
    const [from, to] = [await start(), await start()];
    await pushSigned(clientOf(from.address), ARTIFACT, "v1");
    const layout = pathToFileURL(join(folder, "layout")).href;
    await mirrorArtifact(at(from.address, ":v1"), layout, {});
    const file = join(folder, "layout", "index.json");
    const index = JSON.parse(readFileSync(file, "utf8")) as { manifests: { digest: string }[] };
    const { manifest } = ARTIFACT.bundle;
    const plain = { mediaType: IMAGE_MANIFEST, digest: digestOf(manifest), size: manifest.length };
    const artifact = index.manifests.find(({ digest }) => digest === ARTIFACT.digest);
    const annotations = { "org.opencontainers.image.ref.name": "latest" };
    const manifests = [{ ...artifact, annotations }, plain];
    writeFileSync(file, JSON.stringify({ ...index, manifests }));
    await mirrorArtifact(layout, at(to.address, ""), {});
    assert.ok(to.manifests.has(digestOf(manifest)));
    assert.ok(to.manifests.has(referrersTag(ARTIFACT.digest)));
  });

  it("writes into no folder that holds something else, and reads none", async () => {
    const from = await start();
    await pushSigned(clientOf(from.address), ARTIFACT, "v1");
    mkdirSync(join(folder, "home"));
    writeFileSync(join(folder, "home", "letter.txt"), "x");
    const home = pathToFileURL(join(folder, "home")).href;
    await assert.rejects(mirrorArtifact(at(from.address, ":v1"), home, {}), {
      message: /home: is not empty and no OCI layout; name a folder that is new/,
    });
    assert.deepEqual(readdirSync(join(folder, "home")), ["letter.txt"]);
    const belowFile = pathToFileURL(join(folder, "home", "letter.txt", "x")).href;
    await assert.rejects(mirrorArtifact(at(from.address, ":v1"), belowFile, {}), {
      code: "refused",
      message: /x: can't be written \(ENOTDIR\); check its permissions/,
    });
    await assert.rejects(mirrorArtifact(home, at(from.address, ""), {}), {
      message: /home: there is no artifact in an OCI layout/,
    });
  });

  it("is refused where a layout was changed", async () => {
    const [from, to] = [await start(), await start()];
    await pushSigned(clientOf(from.address), ARTIFACT, "v1");
    const layout = pathToFileURL(join(folder, "layout")).href;
    await mirrorArtifact(at(from.address, ":v1"), layout, {});
    writeFileSync(join(folder, "layout", "blobs", "sha256", hexOf(ARTIFACT.images[0]!.layer)), "x");
    await assert.rejects(mirrorArtifact(layout, at(to.address, ""), {}), {
      code: "digest-mismatch",
    });
    assert.ok(!to.manifests.has("v1"));
  });
});

describe("mirroring between real registries", function () {
  this.timeout(60_000);
  let registries: readonly Registry[] = [];
  let folder = "";
  before(async function () {
    const { registry: program } = await requireTools(this, ["registry"]);
    folder = mkdtempSync(join(tmpdir(), "flux-instance-mirror-"));
    registries = [
      await startRegistry({ program }),
      await startRegistryWithLogin(program, "htpasswd"),
    ];
  });
  after(async () => {
    await Promise.all(registries.map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it("copies to one with a login, all of it, and nothing again", async () => {
    const [from, to] = registries.map(({ address }) => address) as [string, string];
    const place = (registry: string) => ({ registry, repository: "team/manifests" });
    await pushSigned(new RegistryClient(place(from), { surroundings: {} }), ARTIFACT, "v1");
    const dockerConfig = join(folder, "config.json");
    const auth = BASIC.replace("Basic ", "");
    writeFileSync(dockerConfig, JSON.stringify({ auths: { [to]: { auth } } }));
    const copy = () =>
      mirrorArtifact(`oci://${from}/team/manifests:v1`, `oci://${to}/team/manifests`, {
        dockerConfig,
      });
    const first = await copy();
    assert.ok(first.report.items.every(({ copied }) => copied));
    assert.ok((await copy()).report.items.every(({ copied }) => !copied));

    const client = new RegistryClient(place(to), { surroundings: {}, credentials: USER });
    for (const manifest of manifestsOf(ARTIFACT)) {
      assert.deepEqual((await client.manifest(digestOf(manifest))).content, manifest);
    }
    const [bundle] = await client.referrers(ARTIFACT.digest);
    assert.equal(bundle?.digest, digestOf(ARTIFACT.bundle.manifest));
    const answer = await fetch(`http://${to}/v2/team/manifests/tags/list`, {
      headers: { authorization: BASIC },
    });
    const { tags } = (await answer.json()) as { readonly tags: string[] };
    const list = referrersTag(ARTIFACT.digest);
    const lists = [list, `${list}.sig`, referrersTag(digestOf(ARTIFACT.bundle.manifest))];
    assert.deepEqual(tags.sort(), [...lists, "v1"].sort());
  });
});

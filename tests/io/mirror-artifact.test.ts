import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestOf, hexOf } from "../../provider/core/oci/digest";
import { IMAGE_MANIFEST } from "../../provider/core/oci/manifest";
import { referrersTag } from "../../provider/core/oci/referrers";
import type { VerifySpec } from "../../provider/core/spec/spec";
import { artifactSource } from "../../provider/io/artifact-source";
import { mirrorArtifact } from "../../provider/io/mirror-artifact";
import { RegistryClient } from "../../provider/io/oci/registry-client";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { startRegistry, type Registry } from "../../tools/registry";
import { tarGzip } from "../support/registries/archive";
import { artifactOf, push, smallRelease } from "../support/registries/artifact";
import { startMemoryRegistry, type MemoryRegistry } from "../support/registries/memory-registry";
import { startRegistryWithLogin, USER } from "../support/registries/registry-with-login";
import { manifestsOf, pushSigned, signedArtifact } from "../support/registries/signed-artifact";
import { attachBundles, attachSimple } from "../support/signing/attach";
import {
  keyAnnotationsOf,
  keyBundleOf,
  simpleSigningOf,
  statementOf,
} from "../support/signing/envelope";
import { startSigstore, type TestSigstore } from "../support/signing/sigstore";
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

describe("a mirrored artifact", function () {
  this.timeout(60_000);
  const artifact = artifactOf(tarGzip(smallRelease("v2.9.9")));
  const { digest, manifest } = artifact;
  const signer = { issuer: "https://issuer.test", identity: "https://ci.test/flux" };
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const byKey = ({ publicKey }: typeof keys): VerifySpec => ({
    publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
  });
  let sigstore: TestSigstore;
  let folder = "";
  const servers: MemoryRegistry[] = [];
  before(async () => (sigstore = await startSigstore()));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flux-instance-mirror-"))));
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((one) => one.stop()));
    rmSync(folder, { recursive: true });
  });

  const clientOf = (address: string) =>
    new RegistryClient({ registry: address, repository: "a/b" }, { surroundings: {} });
  const start = async (referrers: boolean) => {
    const server = await startMemoryRegistry({ referrers });
    servers.push(server);
    return server.address;
  };
  /** What is used of an artifact under a policy. */
  const read = async (reference: string, verify: VerifySpec) => {
    const access = { files: new ParsedFiles(), surroundings: {}, warn: () => undefined, verify };
    return await artifactSource(reference, access).digest?.();
  };

  const simple = (annotations: Readonly<Record<string, string>>) => [
    { payload: simpleSigningOf(digest), annotations },
  ];
  const forms: readonly (readonly [
    string,
    () => VerifySpec,
    (target: RegistryClient) => unknown,
  ])[] = [
    [
      "a bundle by a key",
      () => byKey(keys),
      (target) =>
        attachBundles(target, manifest, [keyBundleOf(keys.privateKey, statementOf(digest))]),
    ],
    [
      "a keyless bundle",
      () => ({ ...signer, trustedRoot: sigstore.trustedRoot }),
      async (target) =>
        attachBundles(target, manifest, [await sigstore.bundle(signer, statementOf(digest))]),
    ],
    [
      "the older form by a key",
      () => byKey(keys),
      (target) =>
        attachSimple(
          target,
          digest,
          simple(keyAnnotationsOf(keys.privateKey, simpleSigningOf(digest))),
        ),
    ],
    [
      "the older form, keyless",
      () => ({ ...signer, trustedRoot: sigstore.trustedRoot }),
      async (target) =>
        attachSimple(
          target,
          digest,
          simple(await sigstore.annotations(signer, simpleSigningOf(digest))),
        ),
    ],
  ];
  for (const [form, policy, sign] of forms) {
    for (const [source, destination] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      const api = (has: boolean) => (has ? "with" : "without");
      it(`keeps its signature, ${form}, ${api(source)} to ${api(destination)} the API`, async () => {
        const from = await start(source);
        const [direct, carried] = [await start(destination), await start(destination)];
        await push(clientOf(from), artifact, "v1");
        await sign(clientOf(from));
        const layout = pathToFileURL(join(folder, "layout")).href;
        await mirrorArtifact(`oci://${from}/a/b:v1`, layout, {});
        await mirrorArtifact(layout, `oci://${carried}/a/c`, {});
        const { pin } = await mirrorArtifact(`oci://${from}/a/b:v1`, `oci://${direct}/a/c`, {});
        for (const copy of [pin, `oci://${direct}/a/c:v1`, `oci://${carried}/a/c:v1`]) {
          assert.equal(await read(copy, policy()), digest);
        }
        await assert.rejects(read(pin, byKey(stranger)), { code: "unverified" });
      });
    }
  }

  it("has no signature where its source has none, and a warning says so", async () => {
    const [from, to] = [await start(true), await start(true)];
    await push(clientOf(from), artifact, "v1");
    const { report, pin } = await mirrorArtifact(`oci://${from}/a/b:v1`, `oci://${to}/a/b`, {});
    assert.match(report.warnings.join(), /has no signature that could be copied/);
    await assert.rejects(read(pin, byKey(keys)), { code: "unsigned" });
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

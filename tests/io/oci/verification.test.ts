import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, hexOf } from "../../../provider/core/oci/digest";
import { ArtifactError } from "../../../provider/core/oci/error";
import { IMAGE_MANIFEST } from "../../../provider/core/oci/manifest";
import type { VerifySpec } from "../../../provider/core/spec/spec";
import { artifactSource } from "../../../provider/io/artifact-source";
import type { ArtifactAccess } from "../../../provider/io/oci/access";
import { RegistryClient } from "../../../provider/io/oci/registry-client";
import { ParsedFiles } from "../../../provider/io/parsed-files";
import { startRegistry, type Registry } from "../../../tools/registry";
import { tarGzip } from "../../support/registries/archive";
import { artifactOf, smallRelease } from "../../support/registries/artifact";
import {
  startStoredRegistry,
  type StoredRegistry,
  type Target,
} from "../../support/registries/stored";
import { attachBundles, attachSimple } from "../../support/signing/attach";
import {
  keyAnnotationsOf,
  keyBundleOf,
  simpleSigningOf,
  statementOf,
} from "../../support/signing/envelope";
import { startSigstore, type TestSigstore } from "../../support/signing/sigstore";
import { requireTools } from "../../tools/require-tools";

const ARTIFACT = artifactOf(tarGzip(smallRelease("v2.9.9", "a")));
const OTHER = artifactOf(tarGzip(smallRelease("v2.9.9", "b")));
const { digest: DIGEST, manifest: MANIFEST, layer: LAYER } = ARTIFACT;

const KEYS = generateKeyPairSync("ec", { namedCurve: "P-256" });
const STRANGER = generateKeyPairSync("ec", { namedCurve: "P-256" });
const policyOf = ({ publicKey }: { readonly publicKey: KeyObject }): VerifySpec => ({
  publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
});
const BY_KEY = policyOf(KEYS);

const good = () => keyBundleOf(KEYS.privateKey, statementOf(DIGEST));
const goodSimple = () => {
  const payload = simpleSigningOf(DIGEST);
  return { payload, annotations: keyAnnotationsOf(KEYS.privateKey, payload) };
};

/** What is used of a source under a policy: nothing, or all of it. */
async function read(address: string, access: Partial<ArtifactAccess>, reference = ":v1") {
  const warn = () => undefined;
  const all = { files: new ParsedFiles(), surroundings: {}, warn, ...access };
  const source = artifactSource(`oci://${address}/a/b${reference}`, all);
  await source.versions();
  return (await source.load("v2.9.9", ["source-controller"])).digest;
}

const refuses = (step: Promise<unknown>, code: string, ...reasons: readonly RegExp[]) =>
  assert.rejects(step, (error) => {
    assert.ok(error instanceof ArtifactError, String(error));
    assert.equal(error.code, code, error.message);
    for (const reason of reasons) assert.match(error.message, reason);
    return true;
  });

async function pushAll(target: Target): Promise<void> {
  for (const { blobs, manifest, digest } of [ARTIFACT, OTHER]) {
    for (const content of blobs.values()) await target.pushBlob(content);
    const tag = digest === DIGEST ? "v1" : "v2";
    await target.pushManifest(manifest, IMAGE_MANIFEST, tag);
  }
}

describe("the signature of an artifact", function () {
  this.timeout(30_000);
  let sigstore: TestSigstore;
  before(async () => {
    sigstore = await startSigstore();
  });

  const SIGNER = {
    issuer: "https://token.actions.githubusercontent.com",
    identity:
      "https://github.com/controlplaneio-fluxcd/x/.github/workflows/release.yaml@refs/tags/v1",
  };
  const keyless = (changes: VerifySpec = {}): VerifySpec => ({
    issuer: SIGNER.issuer,
    identity: "^https://github\\.com/controlplaneio-fluxcd/.*$",
    trustedRoot: sigstore.trustedRoot,
    ...changes,
  });

  interface Place {
    readonly address: string;
    readonly target: Target;
  }
  const stops: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(splice().map((stop) => stop())));
  const splice = () => stops.splice(0);
  const stored = async (
    referrers: boolean,
  ): Promise<Place & { readonly target: StoredRegistry }> => {
    const target = await startStoredRegistry({ referrers });
    stops.push(() => target.stop());
    await pushAll(target);
    return { address: target.address, target };
  };

  const registries: readonly (readonly [string, (context: Mocha.Context) => Promise<Place>])[] = [
    ["with the referrers API", () => stored(true)],
    ["without the referrers API", () => stored(false)],
    ["of Docker", realRegistry],
  ];
  async function realRegistry(context: Mocha.Context): Promise<Place> {
    const { registry: program } = await requireTools(context, ["registry"]);
    const registry: Registry = await startRegistry({ program });
    stops.push(() => registry.stop());
    const place = { registry: registry.address, repository: "a/b" };
    const target = new RegistryClient(place, { surroundings: {} });
    await pushAll(target);
    return { address: registry.address, target };
  }

  for (const [title, start] of registries) {
    describe(`in a registry ${title}`, () => {
      let address = "";
      let target: Target;
      beforeEach(async function () {
        ({ address, target } = await start(this));
      });

      it("is accepted as a bundle by a key", async () => {
        await attachBundles(target, MANIFEST, [good()]);
        assert.equal(await read(address, { verify: BY_KEY }), DIGEST);
        assert.equal(await read(address, { verify: BY_KEY }, `@${DIGEST}`), DIGEST);
      });

      it("is accepted in the older form by a key", async () => {
        await attachSimple(target, DIGEST, [goodSimple()]);
        assert.equal(await read(address, { verify: BY_KEY }), DIGEST);
      });

      it("is accepted as a keyless bundle", async () => {
        await attachBundles(target, MANIFEST, [await sigstore.bundle(SIGNER, statementOf(DIGEST))]);
        assert.equal(await read(address, { verify: keyless() }), DIGEST);
        const step = read(address, { verify: keyless({ identity: "https://github\\.com/" }) });
        await refuses(step, "unverified", /is by "https:\/\/github.com\/controlplaneio-fluxcd/);
      });

      it("is accepted keyless in the older form", async () => {
        const payload = simpleSigningOf(DIGEST);
        const annotations = await sigstore.annotations(SIGNER, payload);
        await attachSimple(target, DIGEST, [{ payload, annotations }]);
        assert.equal(await read(address, { verify: keyless() }), DIGEST);
        const step = read(address, { verify: keyless({ issuer: "https://issuer.test" }) });
        await refuses(
          step,
          "unverified",
          /actions\.githubusercontent\.com"\), which is not distribution\.verify\.issuer/,
        );
      });

      it("is missed", async () => {
        const step = read(address, { verify: BY_KEY });
        await refuses(
          step,
          "unsigned",
          new RegExp(`b:v1@${DIGEST}: has no signature: .*${hexOf(DIGEST)}.sig`),
        );
      });

      it("is missed when another digest of the repository has one", async () => {
        await attachBundles(target, OTHER.manifest, [
          keyBundleOf(KEYS.privateKey, statementOf(OTHER.digest)),
        ]);
        assert.equal(await read(address, { verify: BY_KEY }, ":v2"), OTHER.digest);
        await refuses(read(address, { verify: BY_KEY }), "unsigned");
      });

      it("is found among many others, of both forms", async () => {
        const other = keyBundleOf(KEYS.privateKey, statementOf(OTHER.digest));
        const garbage = [
          Buffer.from("x"),
          other,
          keyBundleOf(STRANGER.privateKey, statementOf(DIGEST)),
        ];
        await attachBundles(target, MANIFEST, garbage);
        const step = read(address, { verify: BY_KEY });
        const looked = [
          /is no Sigstore bundle/,
          /signs another digest/,
          /not made with the public key/,
        ];
        await refuses(step, "unverified", ...looked);
        const foreign = simpleSigningOf(OTHER.digest);
        const annotations = keyAnnotationsOf(KEYS.privateKey, foreign);
        await attachSimple(target, DIGEST, [{ payload: foreign, annotations }, goodSimple()]);
        assert.equal(await read(address, { verify: BY_KEY }), DIGEST);
      });
    });
  }

  describe("that is not right", () => {
    let target: StoredRegistry;
    let address = "";
    beforeEach(async () => {
      ({ target, address } = await stored(true));
    });

    it("is looked for by the referrers API alone where there is one, and once", async () => {
      const signature = good();
      const [manifest = ""] = await attachBundles(target, MANIFEST, [signature]);
      const seen = target.seen.length;
      await read(address, { verify: BY_KEY });
      const asked = target.seen.slice(seen).map(({ path }) => path.replace("/v2/a/b/", ""));
      const bundle = digestOf(Buffer.from(JSON.stringify(signature)));
      assert.deepEqual(asked.slice(0, 4), [
        "manifests/v1",
        `referrers/${DIGEST}`,
        `manifests/${manifest}`,
        `blobs/${bundle}`,
      ]);
      assert.ok(asked.slice(4).every((path) => path.includes(DIGEST) || path.includes(LAYER)));
    });

    it("stops before any content is asked for", async () => {
      await attachBundles(target, MANIFEST, [
        keyBundleOf(STRANGER.privateKey, statementOf(DIGEST)),
      ]);
      await refuses(read(address, { verify: BY_KEY }), "unverified", /nothing of it was used/);
      assert.ok(!target.seen.some(({ path }) => path.includes(LAYER)));
    });

    it("is refused under the root of the package", async () => {
      await attachBundles(target, MANIFEST, [await sigstore.bundle(SIGNER, statementOf(DIGEST))]);
      const { issuer, identity } = keyless() as Required<VerifySpec>;
      const step = read(address, { verify: { issuer, identity } });
      await refuses(step, "unverified", /not by the trusted root/);
    });

    it("is refused when it is too large", async () => {
      const bundle = { ...good(), padding: "x".repeat(4 * 1024 * 1024) };
      await attachBundles(target, MANIFEST, [bundle]);
      await refuses(read(address, { verify: BY_KEY }), "unverified", /bytes long; at most 4194304/);
    });

    it("is refused when it is not in the registry, or not what it should be", async () => {
      ({ target, address } = await stored(false));
      const [manifest = DIGEST] = await attachBundles(target, MANIFEST, [good()]);
      const blob = [...target.content.keys()].find((name) => {
        const content = target.content.get(name)?.toString() ?? "";
        return content.includes("dsseEnvelope");
      });
      assert.ok(blob !== undefined);
      const whole = target.content.get(blob)!;
      target.content.set(blob, Buffer.from(whole.toString().replace("any", "all")));
      await refuses(read(address, { verify: BY_KEY }), "unverified", /has the digest/);
      target.content.delete(blob);
      await refuses(read(address, { verify: BY_KEY }), "unverified", new RegExp(`${blob}.*404`));
      target.content.set(blob, whole);
      target.content.delete(manifest);
      await refuses(
        read(address, { verify: BY_KEY }),
        "unverified",
        new RegExp(`${manifest}.*404`),
      );
    });

    it("is looked for among a hundred, and not in a list without end", async () => {
      const bad = Array.from({ length: 101 }, (_, index) => Buffer.from(`"${index}"`));
      await attachBundles(target, MANIFEST, [...bad.slice(0, 99), good()]);
      assert.equal(await read(address, { verify: BY_KEY }), DIGEST);
      const { target: second, address: place } = await stored(true);
      await attachBundles(second, MANIFEST, [...bad, good()]);
      await refuses(read(place, { verify: BY_KEY }), "unverified", /more than 100/);
    });

    it("does not count where something else refers to the artifact", async () => {
      await attachBundles(target, MANIFEST, [good()], "application/spdx+json");
      await refuses(read(address, { verify: BY_KEY }), "unsigned");
    });

    it("is an error where the registry does not answer", async () => {
      await attachBundles(target, MANIFEST, [good()]);
      target.content.set("v1", MANIFEST);
      await target.stop();
      await refuses(read(address, { verify: BY_KEY }, `@${DIGEST}`), "unreachable");
    });

    it("is an error with a policy that is none", async () => {
      const wrong: readonly (readonly [VerifySpec, RegExp])[] = [
        [{}, /distribution.verify needs the issuer/],
        [{ issuer: "https://issuer.test" }, /distribution.verify.identity is missing/],
        [keyless({ trustedRoot: "{}" }), /distribution.verify.trustedRoot is no trusted root/],
      ];
      for (const [verify, reason] of wrong) {
        await refuses(read(address, { verify }), "invalid-policy", reason);
      }
    });
  });

  describe("that was verified", () => {
    let cacheFolder = "";
    let target: StoredRegistry;
    let address = "";
    beforeEach(async () => {
      cacheFolder = mkdtempSync(join(tmpdir(), "flux-instance-verified-"));
      ({ target, address } = await stored(true));
      await attachBundles(target, MANIFEST, [good()]);
    });
    afterEach(() => rmSync(cacheFolder, { recursive: true }));
    const readCached = (access: Partial<ArtifactAccess>) =>
      read(address, { surroundings: { cacheFolder }, ...access });

    it("is not asked for again, and counts when offline", async () => {
      await readCached({ verify: BY_KEY });
      const before = target.seen.length;
      assert.equal(await readCached({ verify: BY_KEY }), DIGEST);
      const asked = target.seen.slice(before).map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(asked, ["HEAD /v2/a/b/manifests/v1"]);
      await target.stop();
      assert.equal(await readCached({ verify: BY_KEY, offline: true }), DIGEST);
    });

    it("is missed when offline and cached without being verified", async () => {
      await readCached({});
      assert.equal(await readCached({ offline: true }), DIGEST);
      const step = readCached({ verify: BY_KEY, offline: true });
      await refuses(step, "not-cached", /can't be fetched when offline; verify it once online/);
    });

    it("counts for no other key, identity, issuer, root or digest", async () => {
      const bundle = await sigstore.bundle(SIGNER, statementOf(DIGEST));
      await attachBundles(target, MANIFEST, [bundle, good()]);
      await readCached({ verify: BY_KEY });
      await readCached({ verify: keyless() });
      assert.equal(await readCached({ verify: keyless(), offline: true }), DIGEST);
      const others: readonly VerifySpec[] = [
        policyOf(STRANGER),
        keyless({ identity: "https://github.com/.*" }),
        keyless({ issuer: "https://issuer.test" }),
        keyless({ trustedRoot: (await startSigstore()).trustedRoot }),
      ];
      for (const verify of others) {
        await refuses(readCached({ verify, offline: true }), "not-cached");
        if (verify.identity !== "https://github.com/.*") {
          await refuses(readCached({ verify }), "unverified");
        }
      }
      await target.pushManifest(OTHER.manifest, IMAGE_MANIFEST, "v1");
      await refuses(readCached({ verify: BY_KEY }), "unsigned");
    });

    it("is verified anew where its record is broken, or that of something else", async () => {
      await readCached({ verify: BY_KEY });
      const [folder = ""] = readdirSync(cacheFolder).filter((name) => name.startsWith("verified"));
      const [name = ""] = readdirSync(join(cacheFolder, folder));
      const file = join(cacheFolder, folder, name);
      const whole = readFileSync(file, "utf8");
      writeFileSync(file, whole.replace(DIGEST, OTHER.digest));
      await refuses(readCached({ verify: BY_KEY, offline: true }), "not-cached");
      await readCached({ verify: BY_KEY });
      assert.equal(readFileSync(file, "utf8"), whole);

      await attachBundles(target, MANIFEST, [
        keyBundleOf(STRANGER.privateKey, statementOf(DIGEST)),
      ]);
      await readCached({ verify: policyOf(STRANGER) });
      const [other = ""] = readdirSync(join(cacheFolder, folder)).filter((one) => one !== name);
      writeFileSync(file, readFileSync(join(cacheFolder, folder, other)));
      await refuses(readCached({ verify: BY_KEY, offline: true }), "not-cached");
    });

    it("is not remembered when it was refused", async () => {
      const verify = policyOf(STRANGER);
      await refuses(readCached({ verify }), "unverified");
      await refuses(readCached({ verify, offline: true }), "not-cached");
    });
  });

  it("is an error of a policy for what is in no registry", () => {
    const access = { files: new ParsedFiles(), surroundings: {}, warn: () => undefined };
    assert.throws(() => artifactSource("file:///tmp", { ...access, verify: BY_KEY }), {
      code: "invalid-policy",
      message: /distribution.verify is for oci:\/\/ only/,
    });
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { directory } from "../../provider/io/directory";
import { embedded } from "../../provider/io/embedded";
import { ParsedFiles } from "../../provider/io/parsed-files";

const object = (kind: string, name: string) => ({ apiVersion: "v1", kind, metadata: { name } });

describe("a folder with releases", () => {
  let folder = "";
  const write = (path: string, content: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "flux-instance-releases-"));
    write("flux/v2.9.9/rbac.yaml", stringify(object("ResourceQuota", "quota")));
    write("flux/v2.9.9/policies.yaml", stringify(object("NetworkPolicy", "policy")));
    const files = [object("ServiceAccount", "a"), object("Deployment", "b")].map((it) =>
      stringify(it),
    );
    write("flux/v2.9.9/source-controller.yaml", files.join("---\n"));
    const images = [{ name: "ghcr.io/fluxcd/source-controller", newTag: "v1", digest: "sha256:0" }];
    write("flux-images/v2.9.9/upstream-alpine.yaml", stringify({ images }));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const load = () => directory(folder, new ParsedFiles()).load("v2.9.9", ["source-controller"]);

  it("lists its versions", async () => {
    assert.deepEqual(await directory(folder, new ParsedFiles()).versions(), ["v2.9.9"]);
  });

  it("is read as far as the components need it", async () => {
    const release = await load();
    const controller = release.components.get("source-controller") ?? [];
    assert.deepEqual(
      controller.map(({ kind }) => kind),
      ["ServiceAccount", "Deployment"],
    );
    assert.equal(release.rbac[0]?.metadata.name, "quota");
    assert.equal(release.images.get("upstream-alpine")?.[0]?.newTag, "v1");
    assert.equal(release.images.get("enterprise-alpine"), undefined);
  });

  it("has a digest that follows its content", async () => {
    const first = (await load()).digest;
    assert.match(first, /^sha256:[0-9a-f]{64}$/);
    assert.equal((await load()).digest, first);
    write("flux/v2.9.9/policies.yaml", stringify(object("NetworkPolicy", "other")));
    assert.notEqual((await load()).digest, first);
  });

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ["no YAML", "a: [", /source-controller\.yaml.*is no valid YAML/],
    ["no object", "kind: Deployment", /without apiVersion, kind or metadata\.name/],
  ];
  for (const [title, content, message] of broken) {
    it(`is refused with the name of the file when it holds ${title}`, async () => {
      write("flux/v2.9.9/source-controller.yaml", content);
      await assert.rejects(load(), message);
    });
  }

  it("is refused without rbac.yaml", async () => {
    rmSync(join(folder, "flux/v2.9.9/rbac.yaml"));
    await assert.rejects(load(), /flux\/v2\.9\.9\/rbac.* is missing/);
  });
});

describe("the embedded releases", () => {
  it("hold a newest minor with all components", async () => {
    const source = embedded(new ParsedFiles());
    assert.ok((await source.versions()).includes("v2.9.4"));
    const release = await source.load("v2.9.4", ["source-controller", "source-watcher"]);
    assert.equal(release.components.size, 2);
    assert.equal(release.images.size, 4);
  });
});

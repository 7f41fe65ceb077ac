import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { controllers } from "../../distribution/generate/controllers";
import { workload } from "../../distribution/generate/files";
import { images, type Image } from "../../distribution/generate/images";
import { policies } from "../../distribution/generate/policies";
import { rbac } from "../../distribution/generate/rbac";
import { repositories, type Release } from "../../distribution/generate/release";
import { releases } from "../../distribution/generate/releases";
import { isObject, type Json, type Manifest } from "../../provider/core/manifest";
import { COMPONENTS } from "../../provider/core/spec/spec";

const root = join(__dirname, "..", "..");
const sizeLimit = 256 * 1024;

/** API modules pinned below the component's tag; distribution/README.md says why. */
const pinnedBelow: Readonly<Record<string, string>> = {
  "github.com/fluxcd/image-reflector-controller/api v1.1.2": "v1.1.1",
};

function text(version: string, name: string): string {
  return readFileSync(join(root, "distribution", version, `${name}.json`), "utf8");
}

function manifests(version: string, name: string): Manifest[] {
  return JSON.parse(text(version, name)) as Manifest[];
}

function ofKind(version: string, name: string, kind: string): Manifest[] {
  return manifests(version, name).filter((manifest) => manifest.kind === kind);
}

/** The paths of schema descriptions; a property that is itself named `description` is none. */
function descriptions(value: Json, path: string, names = false): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) => descriptions(item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (!names && key === "description" && typeof item === "string") return [`${path}.${key}`];
    return descriptions(item ?? null, `${path}.${key}`, key === "properties" && !names);
  });
}

/** The image of a Deployment's only container. */
function containerImage(manifest: Manifest): string {
  const deployment = manifest as unknown as {
    spec: { template: { spec: { containers: [{ image: string }] } } };
  };
  return deployment.spec.template.spec.containers[0].image;
}

/** The Flux API modules a Go module requires, as `path version`. */
function requiredApis({ crdModule }: Release): string[] {
  const goMod = readFileSync(join(root, "tools", "go", crdModule, "go.mod"), "utf8");
  const lines = goMod.matchAll(/^\t(github\.com\/fluxcd\/\S+\/api(?:\/v\d+)? v\S+)$/gm);
  return [...lines].map((line) => line[1]!);
}

describe("distribution/", () => {
  it("has a folder for each release and no other", () => {
    const folders = readdirSync(join(root, "distribution")).filter((name) => /^v\d/.test(name));
    assert.deepEqual(folders.sort(), releases.map(({ version }) => version).sort());
  });
});

for (const release of releases) {
  const { version } = release;
  describe(`distribution/${version}`, () => {
    it("has the files the loader reads", () => {
      const files = readdirSync(join(root, "distribution", version)).sort();
      const expected = [...COMPONENTS, "rbac", "policies", "images"].map((name) => `${name}.json`);
      assert.deepEqual(files, expected.sort());
    });

    it("has CRDs, one ServiceAccount and one Deployment per component, each labelled", () => {
      for (const name of COMPONENTS) {
        assert.ok(ofKind(version, name, "CustomResourceDefinition").length > 0, name);
        assert.equal(ofKind(version, name, "ServiceAccount").length, 1, name);
        assert.equal(ofKind(version, name, "Deployment").length, 1, name);
        for (const { metadata } of manifests(version, name)) {
          assert.equal(metadata.labels?.["app.kubernetes.io/component"], name);
          assert.equal(metadata.labels["app.kubernetes.io/part-of"], "flux");
        }
      }
    });

    it("has, besides CRDs, what the generator builds", () => {
      for (const controller of controllers) {
        const committed = manifests(version, controller.name);
        const rest = committed.filter(({ kind }) => kind !== "CustomResourceDefinition");
        assert.deepEqual(rest, workload(controller, release), controller.name);
      }
      assert.deepEqual(manifests(version, "rbac"), rbac());
      assert.deepEqual(manifests(version, "policies"), policies(release));
    });

    it("has an image with a digest for each component in each variant, at the Deployment's tag", () => {
      const lists = JSON.parse(text(version, "images")) as Record<string, Image[]>;
      assert.deepEqual(Object.keys(lists), Object.keys(repositories));
      for (const [variant, repository] of Object.entries(repositories)) {
        const list = lists[variant]!;
        assert.deepEqual(list, images(release, variant as keyof typeof repositories));
        for (const name of COMPONENTS) {
          const image = list.find((candidate) => candidate.name === `${repository}/${name}`);
          const [deployment] = ofKind(version, name, "Deployment");
          assert.equal(containerImage(deployment!), `fluxcd/${name}:${image?.newTag ?? ""}`);
          assert.match(image?.digest ?? "", /^sha256:[0-9a-f]{64}$/);
        }
      }
    });

    it("was generated from the API modules of its components' tags", () => {
      const expected = controllers.map(({ name, apiModule }) => {
        const tag = release.tags[name];
        return `${apiModule} ${pinnedBelow[`${apiModule} ${tag}`] ?? tag}`;
      });
      assert.deepEqual(requiredApis(release).sort(), expected.sort());
    });

    it("has no schema descriptions and stays small", () => {
      const files = readdirSync(join(root, "distribution", version));
      const texts = files.map((file) => text(version, file.replace(".json", "")));
      for (const [index, json] of texts.entries()) {
        assert.deepEqual(descriptions(JSON.parse(json) as Json, files[index]!), []);
      }
      const size = texts.reduce((sum, json) => sum + Buffer.byteLength(json), 0);
      assert.ok(size < sizeLimit, `${version} has ${size} bytes`);
    });
  });
}

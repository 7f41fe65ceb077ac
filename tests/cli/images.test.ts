import assert from "node:assert/strict";
import { cli, manifest, MINIMAL } from "./in-process";

const IMAGES = ["images", "-f", "-"];
const patched = (patch: object) => ({
  ...MINIMAL,
  components: ["source-controller", "kustomize-controller"],
  kustomize: {
    patches: [
      { target: { kind: "Deployment", name: "source-controller" }, patch: JSON.stringify(patch) },
    ],
  },
});
const pod = (spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "any" },
  spec: { template: { spec } },
});
const DIGEST = `sha256:${"0".repeat(64)}`;

describe("flux-instance images", () => {
  it("prints every image with its digest, sorted, one per line", async () => {
    const { code, stdout, stderr } = await cli(IMAGES, manifest(MINIMAL));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 4);
    assert.deepEqual(lines, [...lines].sort());
    for (const line of lines) {
      assert.match(line, /^ghcr\.io\/fluxcd\/[a-z]+-controller:v1\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    }
  });

  it("prints each once, also where shards run it", async () => {
    const plain = await cli(IMAGES, manifest(MINIMAL));
    const sharding = { shards: ["a", "b"] };
    const sharded = await cli(IMAGES, manifest({ ...MINIMAL, sharding }));
    assert.equal(sharded.stdout, plain.stdout);
  });

  it("prints what patches bring, and warns of what has no digest", async () => {
    const patch = pod({
      initContainers: [{ name: "first", image: "registry.test:5000/init:1" }],
      containers: [
        { name: "side", image: `side@${DIGEST}` },
        { name: "again", image: "registry.test:5000/init:1" },
      ],
      volumes: [{ name: "data", image: { reference: "data:v1" } }],
    });
    const { stdout, stderr } = await cli(IMAGES, manifest(patched(patch)));
    const others = stdout.split("\n").filter((line) => !line.startsWith("ghcr.io/fluxcd/"));
    assert.deepEqual(others, ["data:v1", "registry.test:5000/init:1", `side@${DIGEST}`, ""]);
    assert.equal(stdout.match(/fluxcd/g)?.length, 2);
    const warning = (image: string) =>
      `warning: ${image} is not pinned by a digest; what is behind that name may change\n`;
    assert.equal(stderr, warning("data:v1") + warning("registry.test:5000/init:1"));
  });

  it("prints the image a patch put in the place of the distribution's", async () => {
    const patch = pod({ containers: [{ name: "manager", image: `mine/source:1@${DIGEST}` }] });
    const { stdout } = await cli(IMAGES, manifest(patched(patch)));
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/:.*/, ""));
    assert.deepEqual(names, ["ghcr.io/fluxcd/kustomize-controller", "mine/source"]);
  });

  it("tells why the distribution's images are not pinned", async () => {
    const distribution = { ...MINIMAL.distribution, registry: "registry.test/flux" };
    const { stdout, stderr } = await cli(IMAGES, manifest({ distribution }));
    assert.match(stdout, /^registry\.test\/flux\/helm-controller:v1/);
    assert.match(stderr, /not pinned by digest: no variant is known for the registry/);
  });

  it("prints JSON", async () => {
    const text = await cli(IMAGES, manifest(MINIMAL));
    const { stdout } = await cli([...IMAGES, "-o", "json"], manifest(MINIMAL));
    const { version, images } = JSON.parse(stdout) as { version: string; images: string[] };
    assert.match(version, /^v2\.9\./);
    assert.equal(images.map((image) => `${image}\n`).join(""), text.stdout);
  });

  it("ends with 1 for a manifest that can't be used, and with 2 for usage", async () => {
    assert.equal((await cli(IMAGES, manifest({}))).code, 1);
    assert.equal((await cli(["images"])).code, 2);
    assert.equal((await cli(["images", "x", "-f", "-"], manifest(MINIMAL))).code, 2);
    assert.match((await cli(["images", "--help"])).stdout, /^Usage:\n {2}flux-instance images/);
  });
});

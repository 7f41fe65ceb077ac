import assert from "node:assert/strict";
import { runningImages } from "../../../provider/core/distribution/running";
import type { JsonObject, Manifest } from "../../../provider/core/manifest";
import { InvalidInput } from "../../../provider/core/problem";

const deployment = (podSpec: JsonObject): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "source-controller" },
  spec: { template: { spec: podSpec } },
});

const running = (image: string) =>
  runningImages(["source-controller"], [deployment({ containers: [{ name: "manager", image }] })]);

const NONE = { name: "", repository: "", tag: "" };
const DIGEST = `sha256:${"a".repeat(64)}`;

describe("running images", () => {
  const images: readonly (readonly [string, object])[] = [
    ["ghcr.io/a/b:v1", { repository: "ghcr.io/a/b", tag: "v1" }],
    ["docker.io/a/b:v1", { repository: "index.docker.io/a/b", tag: "v1" }],
    ["a/b", { repository: "index.docker.io/a/b", tag: "latest" }],
    ["localhost:5000/a/b:v1", { repository: "localhost:5000/a/b", tag: "v1" }],
    [`ghcr.io/a/b:v1@${DIGEST}`, { repository: "ghcr.io/a/b", tag: "v1", digest: DIGEST }],
  ];
  for (const [image, expected] of images) {
    it(`takes ${image} apart`, () => {
      assert.deepEqual(running(image), [{ name: "source-controller", ...expected }]);
    });
  }

  it("are empty where there is no Deployment or no manager", () => {
    assert.deepEqual(runningImages(["source-controller"], []), [NONE]);
    const other = deployment({ containers: [{ name: "other", image: "a/b" }] });
    assert.deepEqual(runningImages(["source-controller"], [other]), [NONE]);
  });

  for (const image of ["", "ghcr.io/FluxCD/b:v1", "a/b:c:d", "ghcr.io/a/b@bad", " ghcr.io/a/b"]) {
    it(`refuses ${JSON.stringify(image)}`, () => {
      assert.throws(() => running(image), InvalidInput);
    });
  }

  it("refuses a Deployment without containers, and a container without name", () => {
    for (const podSpec of [{}, { containers: [{ image: "a/b" }] }]) {
      const run = () => runningImages(["source-controller"], [deployment(podSpec)]);
      assert.throws(run, /Deployment\/source-controller has /);
    }
  });
});

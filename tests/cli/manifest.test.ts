import assert from "node:assert/strict";
import { isFluxInstance, pathInManifest, toArgs } from "../../provider/cli/manifest";
import type { JsonObject } from "../../provider/core/manifest";

const instance = (more: JsonObject = {}): JsonObject => ({
  apiVersion: "fluxcd.controlplane.io/v1",
  kind: "FluxInstance",
  spec: { distribution: { version: "2.x" } },
  ...more,
});

describe("a manifest as args", () => {
  it("is its spec and namespace", () => {
    const spec = { distribution: { version: "2.x" }, wait: false };
    const manifest = instance({ spec, metadata: { name: "flux", namespace: "gitops" } });
    assert.deepEqual(toArgs(manifest), { args: { namespace: "gitops", ...spec }, problems: [] });
  });

  it("leaves out what changes no object", () => {
    const distribution = { version: "2.x", artifact: "oci://ghcr.io/a", artifactPullSecret: "a" };
    const manifest = instance({ spec: { distribution }, status: {} });
    assert.deepEqual(toArgs(manifest).args, { distribution });
    assert.deepEqual(toArgs(manifest).problems, []);
  });

  const deep = Array.from({ length: 100 }).reduce<JsonObject>((inner) => ({ a: inner }), {});
  const refused: readonly (readonly [string, JsonObject, string])[] = [
    ["another version", { apiVersion: "fluxcd.controlplane.io/v2" }, "apiVersion"],
    ["another name", { metadata: { name: "mine" } }, "metadata.name"],
    ["metadata that is none", { metadata: [] }, "metadata"],
    ["no spec", { spec: null }, "spec"],
    ["an unknown field", { sepc: {} }, "sepc"],
    ["a namespace in the spec", { spec: { namespace: "a" } }, "spec.namespace"],
    [
      "an arg of the component",
      { spec: { distribution: { artifactCredentials: { username: "a", password: "b" } } } },
      "spec.distribution.artifactCredentials",
    ],
    ["NUL", { spec: { wait: "\0opaque:wait\0" } }, "spec.wait"],
    ["half a character", { spec: { list: ["\ud83d"] } }, "spec.list[0]"],
    ["NUL in a key", { metadata: { "a\0": "" } }, 'metadata["a\\u0000"]'],
  ];
  for (const [name, more, path] of refused) {
    it(`refuses ${name}`, () => {
      const { problems } = toArgs(instance(more));
      assert.deepEqual(
        problems.map((problem) => problem.path),
        [path],
      );
    });
  }

  it("refuses endless nesting", () => {
    const [problem] = toArgs(instance({ spec: deep })).problems;
    assert.equal(problem?.reason, "is nested too deeply");
  });

  it("says how to rename", () => {
    const [problem] = toArgs(instance({ metadata: { name: "mine" } })).problems;
    assert.match(problem?.reason ?? "", /only the name "flux", got "mine"; rename it/);
  });

  it("is known by its kind", () => {
    assert.ok(isFluxInstance({ kind: "FluxInstance" }));
    assert.ok(!isFluxInstance({ kind: "ResourceSet" }));
    assert.ok(!isFluxInstance(["FluxInstance"]));
  });

  it("has its paths", () => {
    assert.equal(pathInManifest("namespace"), "metadata.namespace");
    assert.equal(pathInManifest("sync.url"), "spec.sync.url");
    assert.equal(pathInManifest(""), "spec");
  });
});

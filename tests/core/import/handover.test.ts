import assert from "node:assert/strict";
import { handoverOf } from "../../../provider/core/import/handover";
import type { Observed } from "../../../provider/core/import/observed";
import type { JsonObject } from "../../../provider/core/manifest";

const observed = (metadata: JsonObject): Observed => ({
  namespace: "flux-system",
  deployments: [{ metadata }, { metadata }],
  definitionVersion: "",
  claims: [],
  hasNetworkPolicies: true,
  isOpenShift: false,
  kustomization: { spec: { path: "./clusters/one" } },
});

const labelled = (group: string) => ({
  labels: { [`${group}/name`]: "it", [`${group}/namespace`]: "there" },
});

describe("handoverOf", () => {
  it("has nothing to say after flux install", () => {
    assert.deepEqual(handoverOf(observed({}), undefined), []);
  });

  it("tells once how each installer lets go", () => {
    const only = (metadata: JsonObject, instance?: JsonObject) => {
      const lines = handoverOf(observed(metadata), instance);
      assert.equal(lines.length, 1, lines.join("\n"));
      return lines[0]!;
    };
    const release = { annotations: { "meta.helm.sh/release-name": "flux2" } };
    assert.match(only(release), /delete secret -l owner=helm,name=flux2`/);
    assert.match(only(labelled("helm.toolkit.fluxcd.io")), /^The HelmRelease there\/it would/);
    const bootstrapped = only(labelled("kustomize.toolkit.fluxcd.io"));
    assert.match(
      bootstrapped,
      /^The Kustomization there\/it has applied this Flux from \.\/clusters\/one\./,
    );
    const instance = { metadata: { namespace: "flux-system", name: "flux" } };
    assert.match(only({}, instance), /fluxcd\.controlplane\.io\/reconcile=disabled/);
  });
});

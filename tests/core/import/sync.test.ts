import assert from "node:assert/strict";
import { without } from "../../../provider/core/deployment";
import type { Observed } from "../../../provider/core/import/observed";
import { syncOf } from "../../../provider/core/import/sync";
import type { JsonObject } from "../../../provider/core/manifest";

const NAMESPACE = "flux-system";

const observed = (kind: string, source: JsonObject, reference: JsonObject = {}): Observed => ({
  namespace: NAMESPACE,
  deployments: [],
  definitionVersion: "",
  claims: [],
  hasNetworkPolicies: true,
  isOpenShift: false,
  kustomization: { spec: { path: "./one", sourceRef: { kind, name: NAMESPACE, ...reference } } },
  source: { spec: source },
});

const git = (ref: JsonObject) => syncOf(observed("GitRepository", { url: "https://g.test", ref }));
const oci = (ref: JsonObject) => syncOf(observed("OCIRepository", { url: "oci://r.test", ref }));

describe("syncOf", () => {
  it("writes a reference in full", () => {
    const refOf = (ref: JsonObject) => git(ref).value?.["ref"];
    assert.equal(refOf({ branch: "main" }), "refs/heads/main");
    assert.equal(refOf({ tag: "v1" }), "refs/tags/v1");
    assert.equal(refOf({ name: "refs/pull/1/head", branch: "main" }), "refs/pull/1/head");
    assert.equal(refOf({}), "refs/heads/master");
    assert.equal(oci({ tag: "v1" }).value?.["ref"], "v1");
    assert.equal(oci({}).value?.["ref"], "latest");
  });

  it("leaves out what args can't say, with the reason", () => {
    const refused = (part: ReturnType<typeof syncOf>, reason: RegExp) => {
      assert.equal(part.value, undefined);
      assert.match(part.gaps.join(), reason);
      assert.match(part.gaps.join(), /Kustomization flux-system\/flux-system stays as it is/);
    };
    refused(git({ semver: "1.x" }), /ref of its GitRepository/);
    refused(git({ branch: "main", commit: "abc" }), /ref of its GitRepository/);
    refused(oci({ digest: "sha256:1" }), /ref of its OCIRepository/);
    refused(oci({ semver: "1.x" }), /ref of its OCIRepository/);
    refused(syncOf(observed("ExternalArtifact", {})), /its source is a ExternalArtifact/);
    refused(syncOf(observed("GitRepository", {}, { name: "fleet" })), /another name or namespace/);
    refused(syncOf(observed("GitRepository", {}, { namespace: "x" })), /another name or namespace/);
    const sourceless = without(observed("Bucket", {}) as unknown as JsonObject, "source");
    refused(syncOf(sourceless as unknown as Observed), /its Bucket is absent/);
  });

  it("has nothing to say where nothing is synced", () => {
    const unsynced = without(observed("Bucket", {}) as unknown as JsonObject, "kustomization");
    assert.deepEqual(syncOf(unsynced as unknown as Observed), { gaps: [] });
  });
});

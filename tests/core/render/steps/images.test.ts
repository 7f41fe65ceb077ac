import assert from "node:assert/strict";
import { objectOf, patched, rendered } from "./rendering";

const image = (manifest: unknown) => /"image":"([^"]*)"/.exec(JSON.stringify(manifest))?.[1];

describe("images", () => {
  it("are pinned in every container with the name of the release", async () => {
    const path = "/spec/template/spec/initContainers";
    const value = [{ name: "warm", image: "fluxcd/source-controller:v0" }];
    const target = { kind: "Deployment", name: "kustomize-controller" };
    const result = await patched(target, [{ op: "add", path, value }]);
    const deployment = objectOf(result, "Deployment", "kustomize-controller");
    assert.match(JSON.stringify(deployment), /"ghcr\.io\/fluxcd\/source-controller:v[^"]*@sha256:/);
  });

  it("stay as the release has them without a registry", async () => {
    const distribution = { version: "2.9.4", registry: "", variant: "upstream-alpine" };
    const result = await rendered({ distribution });
    const deployment = objectOf(result, "Deployment", "source-controller");
    assert.match(image(deployment) ?? "", /^fluxcd\/source-controller:v[^@]*$/);
    assert.match(
      result.warnings.join("\n"),
      /not pinned by digest: distribution\.registry is empty/,
    );
  });

  it("are pinned also in image volumes", async () => {
    const value = { name: "files", image: { reference: "fluxcd/source-controller:v0" } };
    const path = "/spec/template/spec/volumes/-";
    const result = await patched({ kind: "Deployment" }, [{ op: "add", path, value }]);
    const deployment = objectOf(result, "Deployment", "kustomize-controller");
    assert.match(JSON.stringify(deployment), /"reference":"ghcr\.io\/fluxcd\/[^"]*@sha256:/);
  });
});

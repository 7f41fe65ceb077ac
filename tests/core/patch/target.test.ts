import assert from "node:assert/strict";
import { compileTarget, type Draft, type PatchTarget } from "../../../provider/core/patch";
import { draft, patchErrorOf } from "./drafts";

const main = draft(
  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: source-controller, labels: {app: s}}}",
);
const shard: Draft = {
  ...draft(
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: source-controller-s1, namespace: flux-system, annotations: {sharding.fluxcd.io/role: shard}}}",
  ),
  original: { name: "source-controller" },
};
const role: Draft = {
  ...draft(
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: crd-controller-flux-system}}",
  ),
  original: { name: "crd-controller" },
};
const sync = draft(
  "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: flux-system, namespace: flux-system}}",
);
const objects = { main, shard, role, sync };

function selected(target: PatchTarget): string {
  const isSelected = compileTarget(target);
  return Object.entries(objects)
    .filter(([, object]) => isSelected(object))
    .map(([name]) => name)
    .join(" ");
}

describe("targets", () => {
  const table: readonly (readonly [PatchTarget, string])[] = [
    [{}, "main shard role sync"],
    [{ kind: "", name: "" }, "main shard role sync"],
    [{ kind: "Deployment" }, "main shard"],
    [{ kind: "Deploy" }, ""],
    [{ kind: "Deployment|GitRepository" }, "main shard sync"],
    [{ group: "apps" }, "main shard"],
    [{ group: ".*fluxcd.io" }, "sync"],
    [{ version: "v1" }, "main shard role sync"],
    [{ version: "v2" }, ""],
    [{ name: "source-controller" }, "main shard"],
    [{ name: "source-controller-.*" }, "shard"],
    [{ name: "crd-controller" }, "role"],
    [{ name: "crd-controller-flux-system" }, "role"],
    [{ namespace: "flux-system" }, "shard sync"],
    [{ namespace: "default" }, "main shard"],
    [{ labelSelector: "app=s" }, "main"],
    [{ labelSelector: "!app" }, "shard role sync"],
    [{ annotationSelector: "!sharding.fluxcd.io/role", kind: "Deployment" }, "main"],
    [{ kind: "Deployment", name: "source-.*", labelSelector: "app in (s)" }, "main"],
  ];
  for (const [target, expected] of table) {
    it(`${JSON.stringify(target)} selects ${expected || "nothing"}`, () => {
      assert.equal(selected(target), expected);
    });
  }

  it("names the field that is no regular expression", () => {
    assert.equal(
      patchErrorOf(() => compileTarget({ name: "(?!a).*" })).message,
      `target.name "(?!a).*" is not a regular expression: ` +
        "invalid or unsupported Perl syntax: `(?!`",
    );
  });

  it("reads a selector only when an object has the rest", () => {
    assert.equal(selected({ kind: "Bucket", labelSelector: "app=s," }), "");
    assert.match(
      patchErrorOf(() => selected({ kind: "Deployment", labelSelector: "app=s," })).message,
      /is not a selector/,
    );
  });
});

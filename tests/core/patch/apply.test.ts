import assert from "node:assert/strict";
import * as fc from "fast-check";
import { applyPatches, type Draft, type Patch } from "../../../provider/core/patch";
import { controller, draft, patched, patchedOne, patchErrorOf } from "./drafts";

const role = draft(
  "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: flux-edit}, rules: []}",
);
const shard: Draft = {
  ...controller,
  manifest: {
    ...controller.manifest,
    metadata: { name: "source-controller-s1", namespace: "flux-system" },
  },
};
const deployment = { kind: "Deployment" };
const named = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: source-controller\n";

function failure(drafts: readonly Draft[], ...patches: readonly Patch[]) {
  return patchErrorOf(() => applyPatches(drafts, patches));
}

// Recorded from sigs.k8s.io/kustomize/api v0.21.1 unless said otherwise.
describe("patches", () => {
  it("apply in order, the later one sees the earlier", () => {
    const result = patchedOne(
      controller,
      { target: deployment, patch: "- {op: add, path: /spec/x, value: 1}" },
      { target: deployment, patch: "- {op: test, path: /spec/x, value: 1}" },
      { target: deployment, patch: `${named}spec: {x: 2}` },
    );
    assert.equal((result["spec"] as { x: number }).x, 2);
  });

  it("with a target keep labels that are null, and take a null label for a text", () => {
    const labelled = (labels: string, target?: typeof deployment) =>
      patchedOne(controller, {
        ...(target && { target }),
        patch: `{apiVersion: apps/v1, kind: Deployment, metadata: {name: source-controller, labels: ${labels}}}`,
      }).metadata.labels;
    const key = "app.kubernetes.io/component";
    assert.deepEqual(labelled("null", deployment), { [key]: "source-controller" });
    assert.deepEqual(labelled(`{${key}: null}`, deployment), { [key]: "null" });
    assert.equal(labelled("null"), undefined);
    assert.equal(labelled(`{${key}: null}`), undefined);
  });

  it("without a target find an object by every name it had", () => {
    const rename = (value: string): Patch => ({
      target: deployment,
      patch: JSON.stringify([{ op: "replace", path: "/metadata/name", value }]),
    });
    for (const name of ["source-controller", "a", "b"]) {
      const patch = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: {x: 1}}`;
      const result = patchedOne(controller, rename("a"), rename("b"), { patch });
      assert.equal((result["spec"] as { x: number }).x, 1);
    }
  });

  it("apply to every object that the target selects and leave the others as they are", () => {
    const drafts = [controller, role, shard];
    const result = applyPatches(drafts, [
      { target: deployment, patch: "- {op: replace, path: /spec/replicas, value: 3}" },
    ]);
    assert.deepEqual(
      result.map(
        ({ manifest }) => (manifest["spec"] as { replicas: number } | undefined)?.replicas,
      ),
      [3, undefined, 3],
    );
    assert.equal(result[1], role);
    assert.deepEqual(
      result.map(({ original }) => original),
      drafts.map(({ original }) => original),
    );
  });

  it("without a match are ignored", () => {
    const drafts = [controller];
    const patches = [
      { target: { kind: "Pod" }, patch: "- {op: remove, path: /nothing}" },
      { target: { kind: "Pod" }, patch: `${named}spec: text` },
    ];
    assert.deepEqual(applyPatches(drafts, patches), drafts);
  });

  it("of nothing change nothing", () => {
    for (const patch of ["[]", "{}", "# nothing", "---"]) {
      assert.deepEqual(patched([controller], { target: deployment, patch }), [controller.manifest]);
    }
  });

  it("a JSON patch that adds an annotation needs no annotations before", () => {
    const patch = "- {op: add, path: /metadata/annotations/a, value: true}";
    const { metadata } = patchedOne(controller, { target: deployment, patch });
    assert.deepEqual(metadata.annotations, { a: "true" });
    const nothing = "- {op: add, path: /spec/x, value: 1}";
    const other = patchedOne(controller, { target: deployment, patch: nothing });
    assert.equal("annotations" in other.metadata, false);
  });

  it("a JSON patch may rename: the old and the new name select", () => {
    const result = patchedOne(
      controller,
      { target: deployment, patch: "- {op: replace, path: /metadata/name, value: other}" },
      { target: { name: "source-controller" }, patch: "- {op: add, path: /spec/a, value: 1}" },
      { target: { name: "other" }, patch: "- {op: add, path: /spec/b, value: 1}" },
      { patch: `${named}spec: {c: 1}` },
    );
    assert.deepEqual(Object.keys(result["spec"] as object).slice(-3), ["a", "b", "c"]);
    assert.equal(result.metadata.name, "other");
  });

  it("a strategic merge patch with a target ignores its own identity", () => {
    const patch =
      "{apiVersion: v9, kind: Other, metadata: {name: x, namespace: y}, spec: {replicas: 3}}";
    const result = patchedOne(controller, { target: deployment, patch });
    assert.equal(result.kind, "Deployment");
    assert.equal((result["spec"] as { replicas: number }).replicas, 3);
    assert.deepEqual(result.metadata, controller.manifest.metadata);
  });

  it("without a target means one object, and may have several documents", () => {
    const drafts = [controller, role];
    const roleName =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: flux-edit}";
    const patch = `${named}spec: {replicas: 3}\n---\n${roleName}\nx: 1\n`;
    const [first, second] = patched(drafts, { patch });
    assert.equal((first?.["spec"] as { replicas: number }).replicas, 3);
    assert.equal(second?.["x"], 1);
  });

  it("an object in no namespace is also one in default", () => {
    const patch =
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: source-controller, namespace: default}, x: 1}";
    assert.equal(patchedOne(controller, { patch })["x"], 1);
  });

  it("$patch: delete takes the object away, with and without a target", () => {
    const patch = `$patch: delete\n${named}`;
    assert.deepEqual(patched([controller, role], { patch }), [role.manifest]);
    assert.deepEqual(patched([controller, role], { patch, target: deployment }), [role.manifest]);
    assert.deepEqual(patched([controller, role], { patch, target: {} }), []);
  });

  const refused: readonly (readonly [string, Patch, string])[] = [
    [
      "a path that does not exist",
      { target: deployment, patch: "- {op: replace, path: /spec/x/y, value: secret}" },
      "kustomize.patches[0]: replace /spec/x/y failed on Deployment/source-controller: no such path: nothing is at /spec/x",
    ],
    [
      "a move from nowhere",
      { target: deployment, patch: "- {op: move, from: /a, path: /b}" },
      "kustomize.patches[0]: move from /a to /b failed on Deployment/source-controller: no such path",
    ],
    [
      "another kind of value",
      { target: deployment, patch: `${named}spec: {replicas: {secret: 1}}` },
      "kustomize.patches[0]: merge /spec/replicas failed on Deployment/source-controller: it is a single value in the object and a map in the patch",
    ],
    [
      "a JSON patch without target",
      { patch: "- {op: remove, path: /spec}" },
      "kustomize.patches[0]: a JSON patch needs a target; add for example target: {kind: Deployment}",
    ],
    [
      "several documents with a target",
      { target: deployment, patch: `${named}---\n${named}` },
      "kustomize.patches[0]: with target kind=Deployment: a patch with a target is one document, and this one has 2",
    ],
    [
      "several JSON patches in one",
      { target: deployment, patch: "- {op: remove, path: /a}\n---\n- {op: remove, path: /b}" },
      "kustomize.patches[0]: with target kind=Deployment: a JSON patch is one document; write the others as patches",
    ],
    [
      "a patch that names nothing",
      { patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: nothing}}" },
      "kustomize.patches[0]: on Deployment/nothing: no object has this apiVersion, kind, name and namespace; use a target",
    ],
    [
      "another apiVersion",
      { patch: named.replace("apps/v1", "apps/v2") },
      "kustomize.patches[0]: on Deployment/source-controller: no object has this apiVersion, kind, name and namespace; use a target",
    ],
    [
      "an empty patch",
      { target: deployment, patch: "  \n" },
      "kustomize.patches[0]: with target kind=Deployment: the patch is empty",
    ],
    [
      "a text",
      { target: deployment, patch: "secret" },
      "kustomize.patches[0]: with target kind=Deployment: a patch is a map (strategic merge) or a list of operations (JSON 6902)",
    ],
    [
      "a merge patch without kind",
      { target: deployment, patch: "{metadata: {name: x}, spec: {replicas: 1}}" },
      "kustomize.patches[0]: with target kind=Deployment: a strategic merge patch needs kind and metadata.name",
    ],
    [
      "an object without a name",
      { target: deployment, patch: "- {op: remove, path: /metadata/name}" },
      "kustomize.patches[0]: on Deployment/source-controller: the patch leaves the object without a valid metadata.name",
    ],
    [
      "annotations that are no texts",
      {
        target: deployment,
        patch: "- {op: add, path: /metadata/annotations/a, value: {secret: 1}}",
      },
      "kustomize.patches[0]: on Deployment/source-controller: the patch leaves the object without a valid metadata.annotations",
    ],
  ];
  for (const [title, patch, message] of refused) {
    it(`refuse ${title}`, () => {
      assert.equal(failure([controller, role], patch).message, message);
    });
  }

  it("without a target refuse to choose between an object and its shard", () => {
    const { message } = failure([controller, shard], { patch: `${named}spec: {replicas: 2}` });
    assert.match(
      message,
      /means more than one object \(Deployment\/source-controller, Deployment\/flux-system\/source-controller-s1\)/,
    );
  });

  it("an error has its parts as fields", () => {
    const fine = { target: deployment, patch: "- {op: add, path: /spec/x, value: 1}" };
    const wrong = {
      target: { kind: "Deployment", name: "source-.*" },
      patch: "- {op: remove, path: /spec/y}",
    };
    const { index, target, id, operation, path, reason } = failure([controller], fine, wrong);
    assert.deepEqual(
      { index, target, id, operation, path, reason },
      {
        index: 1,
        target: "kind=Deployment, name=source-.*",
        id: "Deployment/source-controller",
        operation: "remove",
        path: "/spec/y",
        reason: "no such path",
      },
    );
  });

  it("no error shows a value of the patch", () => {
    const patches = [
      "- {op: add, path: /spec/a/b, value: hunter2}",
      "- {op: test, path: /spec, value: hunter2}",
      "- {op: hunter2, path: /spec}",
      "- hunter2",
      "hunter2",
      "a: [hunter2",
      "a: hunter2\na: hunter2",
      "a: !t hunter2",
      "a: b: hunter2",
      "a: *hunter2",
      "a: 0hunter2: hunter2",
      `${named}spec: hunter2`,
      `${named}spec: {template: {spec: {containers: [hunter2]}}}`,
      `${named}spec: {$patch: hunter2}`,
    ];
    for (const patch of patches) {
      const error = failure([controller], { target: deployment, patch });
      assert.equal(
        JSON.stringify([error.message, error]).includes("hunter2"),
        false,
        error.message,
      );
    }
  });

  it("throw nothing but PatchError, pollute nothing and keep what was given", () => {
    const before = JSON.stringify(controller);
    const line = fc.constantFrom(
      ...["- op: add", "  path: /__proto__/x", "  path: /spec/-", "  value: 1", "- {op: remove}"],
      ...[
        "kind: X",
        "metadata: {name: source-controller}",
        "spec:",
        "  $patch: delete",
        "__proto__:",
      ],
      ...[
        "  x: {constructor: {prototype: {x: 1}}}",
        "a: &a",
        "  <<: *a",
        "---",
        "...",
        "\t",
        "? [",
        "|",
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n")),
      fc.array(line, { maxLength: 5 }).map((lines) => named + lines.join("\n")),
    );
    const target = fc.option(
      fc.record(
        { kind: fc.string(), name: fc.string(), labelSelector: fc.string() },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(text, target, (patch, selected) => {
        const entry = selected === undefined ? { patch } : { patch, target: selected };
        for (const one of [entry, { patch, target: deployment }]) {
          try {
            applyPatches([controller, role], [one]);
          } catch (error) {
            assert.equal((error as Error).name, "PatchError", String((error as Error).stack));
          }
        }
        assert.equal(Reflect.get({}, "x"), undefined);
      }),
      { numRuns: 150 },
    );
    assert.equal(JSON.stringify(controller), before);
  }).timeout(20_000);
});

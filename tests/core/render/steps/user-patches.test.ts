import assert from "node:assert/strict";
import type { Release } from "../../../../provider/core/distribution/release";
import { tokenOf } from "../../../../provider/core/opaque";
import { InvalidInput } from "../../../../provider/core/problem";
import { render, type Rendered } from "../../../../provider/core/render";
import { read } from "../../../../provider/core/spec/read";
import { embedded } from "../../../../provider/io/embedded";
import { ParsedFiles } from "../../../../provider/io/parsed-files";

const PATCH = "- {op: add, path: /metadata/annotations/a, value: hunter2}";

describe("user patches", () => {
  let release: Release;
  before(async () => {
    release = await embedded(new ParsedFiles()).load("v2.9.4", ["source-controller"]);
  });

  const rendered = (
    patches: unknown,
    secrets: Readonly<Record<string, unknown>> = {},
  ): Rendered => {
    const { spec, problems } = read({
      distribution: { version: "2.9.x" },
      components: ["source-controller"],
      kustomize: { patches },
    });
    assert.deepEqual(problems, []);
    return render(spec, release, (token) => secrets[token]);
  };

  const tainted = ({ objects }: Rendered) =>
    objects.filter(({ taints }) => taints.length > 0).map(({ manifest }) => manifest.kind);

  const deployment = ({ objects }: Rendered) =>
    objects.map(({ manifest }) => manifest).find(({ kind }) => kind === "Deployment");

  it("taint nothing when they are plain", () => {
    const result = rendered([{ patch: PATCH, target: { kind: "Deployment" } }]);
    assert.deepEqual(tainted(result), []);
    assert.equal(deployment(result)?.metadata.annotations?.["a"], "hunter2");
  });

  it("taint what they change when they are secret", () => {
    const token = tokenOf("kustomize.patches[0].patch");
    const patches = [{ patch: token, target: { kind: "Deployment" } }];
    const result = rendered(patches, { [token]: PATCH });
    assert.deepEqual(tainted(result), ["Deployment"]);
    assert.equal(deployment(result)?.metadata.annotations?.["a"], "hunter2");
    assert.ok(!result.revision.includes("hunter2"));
  });

  it("taint all they can reach when they are unknown", () => {
    const patch = tokenOf("kustomize.patches[0].patch");
    const name = tokenOf("kustomize.patches[0].target.name");
    const services = rendered([{ patch, target: { kind: "Service", name } }]);
    assert.deepEqual(tainted(services), ["Service"]);
    const everything = rendered([{ patch }]);
    assert.equal(tainted(everything).length, everything.objects.length);
    assert.equal(tainted(rendered(patch)).length, everything.objects.length);
  });

  it("do not change the revision by a secret value", () => {
    const token = tokenOf("kustomize.patches[0].patch");
    const revisionOf = (value: string) => {
      const text = PATCH.replace("hunter2", value);
      const patches = [{ patch: token, target: { kind: "Deployment" } }];
      return rendered(patches, { [token]: text }).revision;
    };
    assert.equal(revisionOf("hunter2"), revisionOf("other"));
  });

  const problemOf = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof InvalidInput);
      return error.message;
    }
    return assert.fail("nothing was refused");
  };

  it("are refused with index, object and path", () => {
    const patch = "- {op: remove, path: /spec/nothing}";
    const patches = [
      { patch: PATCH, target: { kind: "Deployment" } },
      { patch, target: { kind: "Deployment" } },
    ];
    const message = problemOf(() => rendered(patches));
    assert.match(message, /kustomize\.patches\[1\]: remove \/spec\/nothing failed on Deployment\//);
  });

  it("are refused without a word of a secret", () => {
    const token = tokenOf("kustomize.patches[0].patch");
    const patches = [{ patch: token, target: { kind: "Deployment" } }];
    const text = "- {op: remove, path: /spec/hunter2}";
    const message = problemOf(() => rendered(patches, { [token]: text }));
    assert.match(message, /kustomize\.patches\[0\]: can't be applied/);
    assert.ok(!message.includes("hunter2"));
  });

  it("are refused when they make two objects one", () => {
    const patch = "- {op: replace, path: /metadata/name, value: same}";
    const message = problemOf(() => rendered([{ patch, target: { kind: "ClusterRole" } }]));
    assert.match(message, /same name: ClusterRole\/same/);
  });
});

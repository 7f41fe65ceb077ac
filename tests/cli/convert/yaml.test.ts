import assert from "node:assert/strict";
import { parse } from "yaml";
import { isObject } from "../../../provider/core/manifest";
import { assertSame, cases, programOf } from "./cases";

interface Program {
  readonly name: string;
  readonly runtime: string;
  readonly resources: { readonly flux: { readonly type: string; readonly properties: unknown } };
}

/** What Pulumi YAML makes of a text: `$$` is a dollar, and `${` starts what no manifest means. */
function interpolated(text: string): string {
  return text.replace(/\$\$|\$\{/g, (found) => {
    assert.equal(found, "$$", `an interpolation in ${JSON.stringify(text)}`);
    return "$";
  });
}

function evaluated(value: unknown): unknown {
  if (typeof value === "string") return interpolated(value);
  if (Array.isArray(value)) return value.map(evaluated);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [interpolated(key), evaluated(entry)]),
  );
}

describe("a Pulumi YAML program", () => {
  it("has the args of the manifest", () => {
    for (const each of cases) {
      const { resources, ...project } = parse(programOf(each, "yaml")) as Program;
      const { type, properties } = resources.flux;
      assert.deepEqual(project, { name: "flux", runtime: "yaml" });
      assert.equal(type, "flux-instance:FluxInstance");
      assertSame(evaluated(properties), each);
    }
  });

  it("reads well, and interpolates nothing", () => {
    const args = {
      distribution: { version: "2.10" },
      kustomize: { patches: [{ patch: "- op: add\n  value: ${a} $b $$c\n" }] },
    };
    assert.equal(
      programOf({ name: "", args }, "yaml"),
      `name: flux
runtime: yaml
resources:
  flux:
    type: flux-instance:FluxInstance
    properties:
      distribution:
        version: "2.10"
      kustomize:
        patches:
        - patch: |
            - op: add
              value: $\${a} $b $$$c
`,
    );
  });
});

import assert from "node:assert/strict";
import { runInThisContext } from "node:vm";
import { transformSync } from "esbuild";
import { assertSame, cases, golden, programOf } from "./cases";

type Load = (name: string) => unknown;

/** Runs a program with a stand-in for the SDK, and answers what it gave to it. */
function run(program: string): readonly unknown[] {
  const recorded: unknown[] = [];
  const sdk = {
    FluxInstance: function (...given: readonly unknown[]) {
      recorded.push(...given);
    },
  };
  const { code } = transformSync(program, { loader: "ts", format: "cjs" });
  const main = runInThisContext(`(function (require) {${code}\n})`) as (load: Load) => void;
  main((name) => {
    assert.equal(name, "pulumi-flux-instance");
    return sdk;
  });
  return recorded;
}

describe("a TypeScript program", () => {
  it("has the args of the manifest", () => {
    for (const each of cases) {
      const [name, args, ...rest] = run(programOf(each, "typescript"));
      assert.deepEqual([name, rest], ["flux", []]);
      assertSame(args, each);
    }
    assert.ok(cases.length > golden.length);
  });

  it("reads well", () => {
    const args = {
      distribution: { version: "2.x" },
      components: ["source-controller"],
      commonMetadata: { labels: { team: "a", "example.com/a": "b" } },
      kustomize: { patches: [{ patch: "- op: add\n  path: /a\n  value: `${b}` \\\n" }] },
    };
    const lines = [
      'import * as flux from "pulumi-flux-instance";',
      "",
      'new flux.FluxInstance("flux", {',
      '  distribution: { version: "2.x" },',
      '  components: ["source-controller"],',
      '  commonMetadata: { labels: { team: "a", "example.com/a": "b" } },',
      "  kustomize: {",
      "    patches: [",
      "      {",
      "        patch: `\\",
      "- op: add",
      "  path: /a",
      "  value: \\`\\${b}\\` \\\\",
      "`,",
      "      },",
      "    ],",
      "  },",
      "});",
      "",
    ];
    assert.equal(programOf({ name: "", args }, "typescript"), lines.join("\n"));
  });
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { pythonName } from "../../../provider/cli/convert/python";
import { argsType, resolved, type SchemaType } from "../../../provider/cli/convert/schema";
import { isObject } from "../../../provider/core/manifest";
import { run } from "../built";
import { assertSame, cases, programOf, schema } from "./cases";

/** Runs each program with a stand-in for the SDK, whose classes keep what they are called with. */
const HARNESS = `
import json, sys, types

recorded = []

def record(name):
    def make(*args, **properties):
        made = {"class": name, "args": args, "properties": properties}
        if name == "FluxInstance":
            recorded.append(made)
        return made
    return make

sdk = types.ModuleType("pulumi_flux_instance")
sdk.__getattr__ = record
sys.modules["pulumi_flux_instance"] = sdk
for program in json.load(sys.stdin):
    exec(compile(program, "__main__.py", "exec"), {})
json.dump(recorded, sys.stdout)
`;

interface Made {
  readonly class: string;
  readonly args: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Back to the names of the schema, each of which the class must have. */
function named(made: Made, type: SchemaType): unknown {
  return Object.fromEntries(
    Object.entries(made.properties).map(([name, value]) => {
      const key = name
        .replace(/_$/, "")
        .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      const property = type.properties?.[key];
      assert.ok(property !== undefined, `${made.class} has no ${name}`);
      return [key, valueOf(value, property)];
    }),
  );
}

function valueOf(value: unknown, property: SchemaType): unknown {
  const type = resolved(property, schema);
  if (Array.isArray(value)) return value.map((item) => valueOf(item, type.items ?? {}));
  if (!isObject(value) || type.properties === undefined) return value;
  const made = value as unknown as Made;
  assert.equal(`#/types/flux-instance:index:${made.class}`, `${property.$ref ?? ""}Args`);
  return named(made, type);
}

function hasPython(): boolean {
  try {
    return execFileSync("python3", ["--version"], { encoding: "utf8" }).startsWith("Python 3");
  } catch {
    return false;
  }
}

describe("a Python program", () => {
  it("has the args of the manifest", async function () {
    if (!hasPython()) {
      console.log("      skipped: there is no python3");
      this.skip();
    }
    const input = JSON.stringify(cases.map((each) => programOf(each, "python")));
    const env = { PYTHONIOENCODING: "utf-8" };
    const { code, stdout, stderr } = await run("python3", ["-c", HARNESS], { input, env });
    assert.equal(code, 0, stderr);
    const recorded = JSON.parse(stdout) as readonly Made[];
    assert.equal(recorded.length, cases.length);
    for (const [index, each] of cases.entries()) {
      const made = recorded[index];
      assert.ok(made !== undefined);
      assert.deepEqual([made.class, made.args], ["FluxInstance", ["flux"]]);
      assertSame(named(made, argsType(schema)), each);
    }
  }).timeout(30_000);

  it("names properties as Pulumi's generator does", () => {
    const names = { class: "class_", url: "url", networkPolicy: "network_policy" };
    const long = {
      tenantDefaultKubeConfigServiceAccount: "tenant_default_kube_config_service_account",
    };
    for (const [name, python] of Object.entries({ ...names, ...long })) {
      assert.equal(pythonName(name), python);
    }
  });

  it("reads well", () => {
    const args = {
      distribution: { version: "2.x" },
      storage: { class: "standard", size: "10Gi" },
      kustomize: { patches: [{ patch: '- op: add\n  path: /a\n  value: """\n' }] },
    };
    assert.equal(
      programOf({ name: "", args }, "python"),
      String.raw`import pulumi_flux_instance as flux

flux.FluxInstance(
    "flux",
    distribution=flux.DistributionArgs(version="2.x"),
    storage=flux.StorageArgs(class_="standard", size="10Gi"),
    kustomize=flux.KustomizeArgs(
        patches=[
            flux.PatchArgs(
                patch="""\
- op: add
  path: /a
  value: \"\"\"
""",
            ),
        ],
    ),
)
`,
    );
  });
});

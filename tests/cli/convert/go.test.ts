import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read } from "../../../provider/core/spec/read";
import { run } from "../built";
import { cases, golden, programOf, schema } from "./cases";

const SDK = join(__dirname, "..", "..", "..", "sdk", "go");
const GO_SDK = schema.language.go.importBasePath;
const GO_MODULE = GO_SDK.replace(/\/[^/]+$/, "");

/** Flags of tools/sources/go.ts, so that what is compiled for those tools is used again. */
const ENV = {
  GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
  GOWORK: "off",
  GOPROXY: "off",
  GOTOOLCHAIN: "local",
};

/** A program as one function of many, which a stand-in for `pulumi.Run` runs. */
function asFunction(program: string, index: number): string {
  return program
    .replace("import (\n", 'import (\n\t"recorded/record"\n')
    .replace("func main() {\n\tpulumi.Run(", `func program${index}() {\n\trecord.Run(`);
}

function hasGo(): boolean {
  try {
    return execFileSync("go", ["version"], { encoding: "utf8" }).startsWith("go version");
  } catch {
    return false;
  }
}

describe("a Go program", function () {
  this.timeout(600_000);
  let folder = "";

  beforeEach(function () {
    if (!hasGo()) {
      console.log("      skipped: there is no go");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "flux-instance-go-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is formatted as gofmt does", async () => {
    for (const [index, each] of golden.entries()) {
      writeFileSync(join(folder, `program${index}.go`), programOf(each, "go"));
    }
    writeFileSync(join(folder, "crooked.go"), "package main\n\nfunc  main() {}\n");
    const { stdout, stderr } = await run("gofmt", ["-l", folder]);
    assert.deepEqual([stdout, stderr], [`${join(folder, "crooked.go")}\n`, ""]);
  });

  it("gives the generated SDK the args of the manifest", async function () {
    cpSync(join(__dirname, "go-sdk"), folder, { recursive: true });
    const go = (...args: readonly string[]) => run("go", ["-C", folder, ...args], { env: ENV });
    await go("mod", "edit", `-require=${GO_MODULE}@v0.0.0`, `-replace=${GO_MODULE}=${SDK}`);
    const { stderr: missing } = await go("list", "-deps", "./record");
    if (missing !== "") {
      console.log(
        `      skipped: a Go module is not on this machine: ${missing.split("\n")[0] ?? ""}`,
      );
      this.skip();
    }
    writePrograms(join(folder, "programs"));
    const { code, stdout, stderr } = await go("run", "./programs");
    assert.equal(code, 0, stderr);
    const recorded = JSON.parse(stdout) as readonly unknown[];
    assert.equal(recorded.length, cases.length);
    for (const [index, { name, args }] of cases.entries()) {
      // The SDK puts the defaults of the schema in, so what is read is compared.
      assert.deepEqual(read(recorded[index]), read(args), name);
    }
  });

  it("reads well", () => {
    const args = {
      distribution: { version: "2.x" },
      cluster: { type: "openshift", networkPolicy: false },
      components: ["source-controller", "kustomize-controller"],
      kustomize: { patches: [{ patch: "- op: add\n  value: `a`\n" }] },
    };
    assert.equal(
      programOf({ name: "", args }, "go"),
      `package main

import (
	"${GO_SDK}"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := fluxinstance.NewFluxInstance(ctx, "flux", &fluxinstance.FluxInstanceArgs{
			Distribution: &fluxinstance.DistributionArgs{Version: pulumi.String("2.x")},
			Cluster: &fluxinstance.ClusterArgs{
				Type:          fluxinstance.ClusterTypeOpenShift,
				NetworkPolicy: pulumi.Bool(false),
			},
			Components: fluxinstance.ComponentArray{
				fluxinstance.ComponentSourceController,
				fluxinstance.ComponentKustomizeController,
			},
			Kustomize: &fluxinstance.KustomizeArgs{
				Patches: fluxinstance.PatchArray{
					&fluxinstance.PatchArgs{
						Patch: pulumi.String(\`- op: add
  value: \` + "\`" + \`a\` + "\`" + \`
\`),
					},
				},
			},
		})
		return err
	})
}
`,
    );
  });
});

function writePrograms(folder: string): void {
  mkdirSync(folder);
  for (const [index, each] of cases.entries()) {
    const file = join(folder, `program${index}.go`);
    writeFileSync(file, asFunction(programOf(each, "go"), index));
  }
  const calls = cases.map((_, index) => `\tprogram${index}()\n`).join("");
  const main = `package main\n\nimport "recorded/record"\n\nfunc main() {\n${calls}\trecord.Print()\n}\n`;
  writeFileSync(join(folder, "main.go"), main);
}

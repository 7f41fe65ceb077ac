import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder, output, source, useParts } from "../../support/release";

const { root, names } = source;

describe("the npm package of a release", function () {
  this.timeout(60_000);
  const { folder, files } = useParts("nodejs");

  it("is used by a type-checked program", async function () {
    const [file = ""] = files(this, "nodejs");
    const empty = emptyFolder(folder, "program");
    const modules = join(empty, "node_modules");
    const installed = join(modules, names.packages.npm);
    mkdirSync(installed, { recursive: true });
    await output(installed, {}, "tar", "-xzf", file, "--strip-components=1");
    for (const scope of ["@pulumi", "@types"]) {
      symlinkSync(join(root, "node_modules", scope), join(modules, scope), "junction");
    }
    const use = `import { FluxInstance, types } from "${names.packages.npm}";
const size: types.enums.ClusterSize = "small";
export const made = (name: string) => new FluxInstance(name, { distribution: { version: "2.x" }, cluster: { size } });
console.log(typeof FluxInstance);\n`;
    writeFileSync(join(empty, "program.ts"), use);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--strict", "--skipLibCheck", "--module", "nodenext", "--types", "node"];
    await output(empty, {}, process.execPath, compiler, ...options, "program.ts");
    assert.equal((await output(empty, {}, process.execPath, "program.js")).trim(), "function");
  });
});

import assert from "node:assert/strict";
import { emptyFolder, output, useParts } from "../../support/release";
import { pythonPackages } from "../../support/languages/packages";

describe("the wheel of a release", function () {
  this.timeout(5 * 60_000);
  const { folder, files } = useParts("python");

  it("is installed by pip and imported by Python", async function () {
    const made = files(this, "python");
    const empty = emptyFolder(folder, "program");
    const wheel = made.find((file) => file.endsWith(".whl")) ?? "";
    assert.ok(made.some((file) => file.endsWith(".tar.gz")));
    const options = ["--no-deps", "--no-index", "--target", empty];
    await output(empty, {}, "python3", "-m", "pip", "install", "-q", ...options, wheel);
    const pulumi = await pythonPackages();
    if ("missing" in pulumi) {
      console.log(`      skipped: ${pulumi.missing}`);
      return this.skip();
    }
    const use =
      "import pulumi_flux_instance as flux; print(flux.FluxInstance.__name__, flux.__file__)";
    const env = { PYTHONPATH: `${empty}:${pulumi.packages}` };
    const said = await output(empty, env, "python3", "-c", use);
    assert.ok(said.startsWith(`FluxInstance ${empty}`), said);
  });
});

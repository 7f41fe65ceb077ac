import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { withSource } from "../../provider/cli/source";
import { UsageError } from "../../provider/cli/verb";
import { cli, manifest } from "./in-process";

const args = { distribution: { version: "2.x", artifact: "file:///mine" } };
const artifactWith = (option?: string) => withSource(args, option).args["distribution"];

describe("the distribution of a manifest", () => {
  it("is the one it names, where no option says otherwise", () => {
    assert.deepEqual(withSource(args, undefined), { args, warnings: [] });
  });

  it("is that of the option", () => {
    assert.deepEqual(artifactWith("embedded"), { version: "2.x" });
    assert.deepEqual(artifactWith("/folder"), { version: "2.x", artifact: "file:///folder" });
    assert.deepEqual(artifactWith("file:///a"), { version: "2.x", artifact: "file:///a" });
    const here = pathToFileURL(process.cwd()).href;
    assert.deepEqual(artifactWith("a b"), { version: "2.x", artifact: `${here}/a%20b` });
  });

  for (const option of ["s3://example.com/a", "https://example.com", ""]) {
    it(`can't be "${option}"`, () => {
      assert.throws(() => withSource(args, option), UsageError);
    });
  }

  it("is the embedded one, with one warning, in place of an OCI artifact", async () => {
    const spec = { distribution: { version: "2.9.x", artifact: "oci://example.com/a:latest" } };
    const { code, stderr } = await cli(["render", "-f", "-"], manifest(spec));
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^warning: spec\.distribution\.artifact: "oci:\/\/example.*embedded releases.*\n$/,
    );
  });

  it("leaves what is no object to the reading of the args", () => {
    assert.deepEqual(withSource({ distribution: 1 }, "embedded").args, { distribution: 1 });
    assert.deepEqual(withSource({}, "/folder").args, {});
  });
});

import assert from "node:assert/strict";
import { LANGUAGES } from "../../../provider/cli/convert";
import { cli, manifest, MINIMAL } from "../in-process";

describe("flux-instance convert", () => {
  for (const language of LANGUAGES) {
    it(`writes only what the manifest sets, in ${language}`, async () => {
      const spec = { ...MINIMAL, cluster: null };
      const args = ["convert", "-f", "-", "--to", language];
      const { code, stdout, stderr } = await cli(args, manifest(spec));
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.match(stdout, /2\.9\.x/);
      assert.doesNotMatch(stdout, /adopt|cluster|delet|migrate|namespace|registry|timeout|wait/i);
    });
  }

  it("refuses what rendering refuses", async () => {
    const spec = { ...MINIMAL, kustomize: { patches: [{ patch: "- op: remove\n  path: /a\n" }] } };
    const { code, stdout, stderr } = await cli(
      ["convert", "-f", "-", "--to", "go"],
      manifest(spec),
    );
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^spec\.kustomize\.patches\[0\]/);
  });

  it("keeps an OCI artifact without pulling it, whatever releases it may have", async () => {
    const artifact = "oci://example.com/a";
    const spec = { distribution: { version: "2.3.x", artifact, artifactPullSecret: "regcred" } };
    const args = ["convert", "-f", "-", "--to", "typescript"];
    const { code, stdout, stderr } = await cli(args, manifest(spec));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /artifact: "oci:\/\/example\.com\/a"/);
    assert.match(stdout, /artifactPullSecret: "regcred"/);
  });

  it("checks the args also where it can't render them", async () => {
    const distribution = { version: "2.3.x", artifact: "oci://example.com/a" };
    const args = ["convert", "-f", "-", "--to", "typescript"];
    const input = manifest({ distribution, storage: { class: "fast", size: "much" } });
    const { code, stdout, stderr } = await cli(args, input);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    assert.match(stderr, /^spec\.storage\.size: "much" is no quantity/);
  });
});

import assert from "node:assert/strict";
import { output, secret } from "@pulumi/pulumi/output";
import { connectionOf } from "../../provider/resources/connection";
import { unknownOutput } from "../../provider/resources/opaque";

describe("the cluster of an instance before anything is registered", () => {
  it("is that of the args", async () => {
    const inputs = { kubeconfig: secret("content"), context: output("admin") };
    const origin = "the kubeconfig in the args";
    const expected = { kubeconfig: "content", context: "admin", origin };
    assert.deepEqual(await connectionOf(inputs, {}), expected);
  });

  it("is the ambient one where the args name none", async () => {
    const origin = "the kubeconfig in the stack's configuration";
    assert.deepEqual(await connectionOf({}, {}), { origin });
  });

  it("is not known while the kubeconfig is not", async () => {
    await assert.rejects(
      connectionOf({ kubeconfig: unknownOutput() }, {}),
      /^Error: kubeconfig is not known yet$/,
    );
  });

  it("is never the ambient one where a provider names another", async () => {
    // As the host hands them over.
    const providers = { kubernetes: {} } as unknown as Record<string, never>;
    await assert.rejects(connectionOf({}, { providers }), /can't be read/);
  });
});

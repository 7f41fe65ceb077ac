import assert from "node:assert/strict";
import { output, secret } from "@pulumi/pulumi/output";
import { connectionOf } from "../../provider/resources/connection";
import { unknownOutput } from "../../provider/resources/opaque";

describe("the cluster of an instance before anything is registered", () => {
  it("is that of the args", async () => {
    const inputs = { kubeconfig: secret("content"), context: output("admin") };
    assert.deepEqual(await connectionOf(inputs, {}), { kubeconfig: "content", context: "admin" });
  });

  it("is the ambient one where the args name none", async () => {
    assert.deepEqual(await connectionOf({}, {}), {});
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
    await assert.rejects(connectionOf({}, { providers }), /not read/);
  });
});

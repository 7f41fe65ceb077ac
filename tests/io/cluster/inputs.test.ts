import assert from "node:assert/strict";
import type { JsonObject } from "../../../provider/core/manifest";
import { ClusterError } from "../../../provider/io/cluster/error";
import { connectionOf } from "../../../provider/io/cluster/inputs";
import { findEntry } from "../../../provider/io/cluster/kubeconfig";
import { kubeconfigOf } from "../../support/fake-api-server";

const kubeconfigOrigin = "the kubeconfig in the args";

describe("the connection of a lifecycle resource", () => {
  it("is what its inputs say", () => {
    const inputs = { kubeconfig: "content", context: "c", kubeconfigCluster: "k", version: "1" };
    assert.deepEqual(connectionOf({ ...inputs, kubeconfigOrigin }), {
      kubeconfig: "content",
      context: "c",
      cluster: "k",
      origin: kubeconfigOrigin,
    });
    assert.deepEqual(connectionOf({ context: "c", version: "1" }), { context: "c" });
  });

  const unusable: Readonly<Record<string, JsonObject>> = {
    nothing: { kubeconfigOrigin },
    null: { kubeconfig: null, kubeconfigOrigin },
    "an empty text": { kubeconfig: "", kubeconfigOrigin },
    "an object": { kubeconfig: { clusters: [] }, kubeconfigOrigin },
    "a number": { kubeconfig: 1, kubeconfigOrigin },
  };
  for (const [name, inputs] of Object.entries(unusable)) {
    it(`is refused where the kubeconfig that was given is ${name}; the ambient one is not read`, async () => {
      const kubeconfigs = [__filename];
      await assert.rejects(findEntry(connectionOf(inputs), { kubeconfigs }), (error: unknown) => {
        assert.ok(error instanceof ClusterError);
        assert.equal(error.code, "bad-kubeconfig");
        assert.match(error.message, /: the kubeconfig in the args is empty or not a text; give/);
        return true;
      });
    });
  }

  it("names the kubeconfig that is used", async () => {
    const kubeconfig = kubeconfigOf("https://one");
    const { title } = await findEntry(connectionOf({ kubeconfig, kubeconfigOrigin }), {});
    assert.equal(title, 'https://one/, context "somewhere" of the kubeconfig in the args');
  });
});

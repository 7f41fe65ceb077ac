import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi/output";
import { SPREAD, tokenOf } from "../../provider/core/opaque";
import { toPlainArgs, unknownOutput } from "../../provider/resources/opaque";
import { propertiesOf } from "../../provider/resources/properties";
import { resolved } from "../support/outputs";

async function opaquesOf(args: Readonly<Record<string, unknown>>) {
  return (await toPlainArgs(args)).opaques;
}

const manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "flux-system", labels: { a: "b" } },
  data: { plain: "text" },
};

describe("properties of a child", () => {
  it("are the manifest where nothing is opaque", async () => {
    assert.deepEqual(propertiesOf({ manifest, taints: [] }, await opaquesOf({})), manifest);
  });

  it("have the value in place of a token, as secret as it is", async () => {
    const opaques = await opaquesOf({ key: secret("hunter2") });
    const data = { whole: tokenOf("key"), part: `a-${tokenOf("key")}-b` };
    const properties = propertiesOf({ manifest: { ...manifest, data }, taints: [] }, opaques);
    const { whole, part } = properties["data"] as Record<string, string>;
    assert.deepEqual(await resolved(whole), { known: true, secret: true, value: "hunter2" });
    assert.deepEqual(await resolved(part), { known: true, secret: true, value: "a-hunter2-b" });
    assert.deepEqual(properties["metadata"], manifest.metadata);
  });

  it("have a map that is unknown merged over what is there", async () => {
    const opaques = await opaquesOf({ labels: unknownOutput() });
    const metadata = { ...manifest.metadata, labels: { a: "b", [SPREAD]: tokenOf("labels") } };
    const properties = propertiesOf({ manifest: { ...manifest, metadata }, taints: [] }, opaques);
    const { labels, name } = properties["metadata"] as Record<string, string>;
    assert.deepEqual(await resolved(labels), { known: false, secret: false });
    assert.equal(name, "a");
  });

  it("are as opaque as a patch that reaches them, but for the identity", async () => {
    const opaques = await opaquesOf({ patch: secret("x"), other: unknownOutput() });
    const hidden = propertiesOf({ manifest, taints: [tokenOf("patch")] }, opaques);
    assert.equal(hidden["kind"], "ConfigMap");
    assert.equal((hidden["metadata"] as Record<string, unknown>)["name"], "a");
    assert.deepEqual(await resolved(hidden["data"]), {
      known: true,
      secret: true,
      value: { plain: "text" },
    });
    const unknownToo = propertiesOf(
      { manifest, taints: [tokenOf("patch"), tokenOf("other")] },
      opaques,
    );
    assert.equal((await resolved(unknownToo["data"])).known, false);
  });
});

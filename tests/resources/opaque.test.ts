import assert from "node:assert/strict";
import { output, secret, unknown, type Output } from "@pulumi/pulumi/output";
import { DependencyResource } from "@pulumi/pulumi/resource";
import { tokenOf } from "../../provider/core/opaque";
import { toPlainArgs, unknownOutput } from "../../provider/resources/opaque";
import { resolved } from "../support/outputs";

/** An Output whose value holds the SDK's own mark of something unknown. */
const partlyUnknown = (value: unknown) => output(value as string) as Output<unknown>;

describe("taking args apart", () => {
  it("keeps plain values and known outputs", async () => {
    const { args, opaques } = await toPlainArgs({
      namespace: output("gitops"),
      components: [output("source-controller"), "helm-controller"],
      wait: false,
      sync: undefined,
    });
    assert.deepEqual(args, {
      namespace: "gitops",
      components: ["source-controller", "helm-controller"],
      wait: false,
      sync: null,
    });
    assert.deepEqual(opaques.paths(), []);
  });

  it("puts a token in place of an unknown value, and of nothing beside it", async () => {
    const { args, opaques } = await toPlainArgs({
      sync: { kind: "GitRepository", url: unknownOutput() },
    });
    assert.deepEqual(args, { sync: { kind: "GitRepository", url: tokenOf("sync.url") } });
    assert.equal(opaques.reveal(tokenOf("sync.url")), undefined);
    assert.deepEqual(await resolved(opaques.outputOf(tokenOf("sync.url"))), {
      known: false,
      secret: false,
    });
  });

  it("finds what is unknown inside an output", async () => {
    const sync = partlyUnknown({ kind: "Bucket", url: unknown });
    const { args } = await toPlainArgs({ sync });
    assert.deepEqual(args, { sync: { kind: "Bucket", url: tokenOf("sync.url") } });
  });

  it("puts a token in place of each scalar of a secret, and can reveal it", async () => {
    const { args, opaques } = await toPlainArgs({
      commonMetadata: { annotations: secret({ "example.com/key": "hunter2" }) },
    });
    const token = tokenOf('commonMetadata.annotations["example.com/key"]');
    assert.deepEqual(args, { commonMetadata: { annotations: { "example.com/key": token } } });
    assert.equal(opaques.reveal(token), "hunter2");
    assert.deepEqual(await resolved(opaques.outputOf(token)), {
      known: true,
      secret: true,
      value: "hunter2",
    });
  });

  it("takes credentials for secret though nobody marked them", async () => {
    const { args, opaques } = await toPlainArgs({
      distribution: output({ artifactCredentials: { username: "me", password: "hunter2" } }),
    });
    const at = (key: string) => tokenOf(`distribution.artifactCredentials.${key}`);
    const artifactCredentials = { username: at("username"), password: at("password") };
    assert.deepEqual(args, { distribution: { artifactCredentials } });
    assert.equal(opaques.reveal(at("password")), "hunter2");
  });

  it("refuses a text that could pass for a token", async () => {
    const forged = toPlainArgs({ sync: { url: tokenOf("kubeconfig") } });
    await assert.rejects(forged, /sync\.url: holds a NUL character/);
  });

  it("refuses a resource in place of a value", async () => {
    const resource = new DependencyResource("urn:pulumi:a::b::c:d:E::f");
    await assert.rejects(toPlainArgs({ namespace: resource }), /namespace: is a resource/);
  });

  it("finds the property of an object that is unknown as a whole", async () => {
    const { opaques } = await toPlainArgs({ commonMetadata: unknownOutput() });
    const labels = opaques.outputOf(tokenOf("commonMetadata.labels"));
    assert.deepEqual(await resolved(labels), { known: false, secret: false });
  });
});

import assert from "node:assert/strict";
import type { sendUnaryData } from "@grpc/grpc-js";
import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answerTo, serve, type Served } from "./served";

/** The SDK's server as far as these tests need one: the construct named `slow` never ends. */
const sdk = {
  construct(
    call: { request: wire.ConstructRequest },
    reply: sendUnaryData<wire.ConstructResponse>,
  ) {
    if (call.request.getName() === "slow") return;
    const response = new wire.ConstructResponse();
    response.setUrn("urn:done");
    reply(null, response);
  },
  cancel(_call: unknown, reply: sendUnaryData<Empty>) {
    reply(null, new Empty());
  },
};

function request(name: string, parent = ""): wire.ConstructRequest {
  const construct = new wire.ConstructRequest();
  construct.setType("flux-instance:index:FluxInstance");
  construct.setName(name);
  construct.setStack("dev");
  construct.setProject("clusters");
  construct.setParent(parent);
  return construct;
}

describe("constructs under way", () => {
  const controller = new AbortController();
  let served: Served;

  before(async () => {
    const outputsOf = () => ["version", "namespace"];
    served = await serve({ outputsOf, lifecycleOf: () => undefined, cancel: controller }, sdk);
  });

  after(() => served.stop());

  const construct = (args: wire.ConstructRequest) =>
    answerTo<wire.ConstructRequest, wire.ConstructResponse>(
      (call, callback) => served.client.construct(call, callback),
      args,
    );
  const cancel = () =>
    answerTo<Empty, Empty>((call, callback) => served.client.cancel(call, callback), new Empty());

  it("let answers of the plugin through", async () => {
    assert.equal((await construct(request("quick"))).getUrn(), "urn:done");
  });

  it("are answered when the engine cancels, with outputs that are unknown", async () => {
    const parent = "urn:pulumi:dev::clusters::example:index:Cluster::eu";
    const slow = [construct(request("slow")), construct(request("slow", parent))];
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(controller.signal.aborted, false);
    await cancel();
    const [top, nested] = await Promise.all(slow);
    const type = "flux-instance:index:FluxInstance";
    assert.equal(top?.getUrn(), `urn:pulumi:dev::clusters::${type}::slow`);
    assert.equal(nested?.getUrn(), `urn:pulumi:dev::clusters::example:index:Cluster$${type}::slow`);
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const state = top.getState();
    assert.deepEqual(state?.toJavaScript(), { version: unknown, namespace: unknown });
    assert.equal(controller.signal.aborted, true);
  });

  it("may be none when the engine cancels", async () => {
    await cancel();
  });
});

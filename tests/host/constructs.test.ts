import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answerWhenCancelled } from "../provider/host";

type Reply<T> = sendUnaryData<T>;

/** A plugin as far as these tests need one: the construct named `slow` never ends. */
class Plugin {
  construct(
    call: { request: provider.ConstructRequest },
    reply: Reply<provider.ConstructResponse>,
  ) {
    if (call.request.getName() === "slow") return;
    const response = new provider.ConstructResponse();
    response.setUrn("urn:done");
    reply(null, response);
  }

  cancel(_call: unknown, reply: Reply<Empty>) {
    reply(null, new Empty());
  }
}

function request(name: string, parent = ""): provider.ConstructRequest {
  const construct = new provider.ConstructRequest();
  construct.setType("flux-instance:index:FluxInstance");
  construct.setName(name);
  construct.setStack("dev");
  construct.setProject("clusters");
  construct.setParent(parent);
  return construct;
}

describe("the host of the plugin", () => {
  const original = Reflect.get<Server, "addService">(Server.prototype, "addService");
  let server: Server;
  let client: service.ResourceProviderClient;

  before(async () => {
    answerWhenCancelled(() => ["version", "namespace"]);
    server = new Server();
    server.addService(service.ResourceProviderService, new Plugin() as never);
    Server.prototype.addService = original;
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    client = new service.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  after(() => {
    client.close();
    server.forceShutdown();
  });

  const construct = (args: provider.ConstructRequest) =>
    new Promise<provider.ConstructResponse>((resolve, reject) => {
      client.construct(args, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  const cancel = () =>
    new Promise<void>((resolve, reject) => {
      client.cancel(new Empty(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });

  it("lets answers of the plugin through", async () => {
    assert.equal((await construct(request("quick"))).getUrn(), "urn:done");
  });

  it("answers what is under way when the engine cancels, with outputs that are unknown", async () => {
    const parent = "urn:pulumi:dev::clusters::example:index:Cluster::eu";
    const slow = [construct(request("slow")), construct(request("slow", parent))];
    await new Promise((resolve) => setTimeout(resolve, 100));
    await cancel();
    const [top, nested] = await Promise.all(slow);
    const type = "flux-instance:index:FluxInstance";
    assert.equal(top?.getUrn(), `urn:pulumi:dev::clusters::${type}::slow`);
    assert.equal(nested?.getUrn(), `urn:pulumi:dev::clusters::example:index:Cluster$${type}::slow`);
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const state = top.getState();
    assert.deepEqual(state?.toJavaScript(), { version: unknown, namespace: unknown });
  });

  it("cancels with nothing under way", cancel);
});

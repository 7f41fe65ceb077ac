import {
  Server,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** What the wire has for a value that is not known. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type ConstructCall = ServerUnaryCall<provider.ConstructRequest, provider.ConstructResponse>;
type ConstructReply = sendUnaryData<provider.ConstructResponse>;
type Handlers = Record<"construct" | "cancel", (call: unknown, reply: unknown) => unknown>;

/**
 * Makes the SDK's server answer the constructs that are under way when the engine cancels.
 *
 * When a child fails, the engine cancels its plugins and then cuts the connection. A construct without an answer
 * would then be reported as an error of its own ("the client connection is closing"), and the program would end with
 * an unhandled exception: both hide the cause, which the engine has already told at the child. So the component is
 * answered with outputs that are unknown. The SDK has no way to do this and does not export its server; it does add
 * it to a gRPC server, and there it is taken hold of.
 *
 * @param outputsOf the names of a component's outputs, by its token
 */
export function answerWhenCancelled(outputsOf: (token: string) => readonly string[]): void {
  const original = Reflect.get<Server, "addService">(Server.prototype, "addService");
  Server.prototype.addService = function (this: Server, service, implementation) {
    original.call(this, service, answering(implementation, outputsOf));
  };
}

function answering(
  implementation: UntypedServiceImplementation,
  outputsOf: (token: string) => readonly string[],
): UntypedServiceImplementation {
  const handlers = implementation as unknown as Handlers;
  const underWay = new Set<() => void>();
  const construct = (call: ConstructCall, reply: ConstructReply) => {
    const answer: ConstructReply = (...result) => {
      if (underWay.delete(abandon)) reply(...result);
    };
    const abandon = () => {
      answer(null, abandoned(call.request, outputsOf(call.request.getType())));
    };
    underWay.add(abandon);
    return handlers.construct.call(implementation, call, answer);
  };
  const cancel = (call: unknown, reply: unknown) => {
    for (const abandon of underWay) abandon();
    // The answers go out first: the engine closes the connection when it has the answer to this call.
    setImmediate(() => handlers.cancel.call(implementation, call, reply));
  };
  const own = Object.create(implementation) as UntypedServiceImplementation;
  return Object.assign(own, { construct, cancel });
}

function abandoned(
  request: provider.ConstructRequest,
  outputs: readonly string[],
): provider.ConstructResponse {
  const response = new provider.ConstructResponse();
  response.setUrn(urnOf(request));
  const state = Object.fromEntries(outputs.map((name) => [name, UNKNOWN]));
  response.setState(Struct.fromJavaScript(state));
  return response;
}

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#urns; the stack is no part of a child's type. */
function urnOf(request: provider.ConstructRequest): string {
  const [, , parentType = ""] = request.getParent().split("::");
  const isChild = parentType !== "" && parentType !== "pulumi:pulumi:Stack";
  const type = isChild ? `${parentType}$${request.getType()}` : request.getType();
  const place = `urn:pulumi:${request.getStack()}::${request.getProject()}`;
  return `${place}::${type}::${request.getName()}`;
}

import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import * as wire from "@pulumi/pulumi/proto/provider_pb";
import { toStruct } from "./properties";

type ConstructCall = ServerUnaryCall<wire.ConstructRequest, wire.ConstructResponse>;
type ConstructReply = sendUnaryData<wire.ConstructResponse>;
type Construct = (call: ConstructCall, reply: ConstructReply) => unknown;

/**
 * The constructs that are under way.
 *
 * When a child fails, the engine cancels its plugins and then cuts the connection. A construct without an answer
 * would then be reported as an error of its own ("the client connection is closing"), and the program would end with
 * an unhandled exception: both hide the cause, which the engine has already told at the child. So the component is
 * answered with outputs that are unknown.
 */
export class Constructs {
  readonly #outputsOf: (token: string) => readonly string[];
  readonly #underWay = new Set<() => void>();

  /** @param outputsOf the names of a component's outputs, by its token */
  constructor(outputsOf: (token: string) => readonly string[]) {
    this.#outputsOf = outputsOf;
  }

  /** A handler that answers for `construct`, once. */
  answering(construct: Construct): Construct {
    return (call, reply) => {
      const answer: ConstructReply = (...result) => {
        if (this.#underWay.delete(abandon)) reply(...result);
      };
      const abandon = () => {
        answer(null, abandoned(call.request, this.#outputsOf(call.request.getType())));
      };
      this.#underWay.add(abandon);
      return construct(call, answer);
    };
  }

  /** Answers all of them. */
  abandon(): void {
    for (const abandon of this.#underWay) abandon();
  }
}

function abandoned(
  request: wire.ConstructRequest,
  outputs: readonly string[],
): wire.ConstructResponse {
  const response = new wire.ConstructResponse();
  response.setUrn(urnOf(request));
  response.setState(toStruct({}, outputs));
  return response;
}

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#urns; the stack is no part of a child's type. */
function urnOf(request: wire.ConstructRequest): string {
  const [, , parentType = ""] = request.getParent().split("::");
  const isChild = parentType !== "" && parentType !== "pulumi:pulumi:Stack";
  const type = isChild ? `${parentType}$${request.getType()}` : request.getType();
  const place = `urn:pulumi:${request.getStack()}::${request.getProject()}`;
  return `${place}::${type}::${request.getName()}`;
}

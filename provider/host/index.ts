import {
  Server,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ConfigureRequest, ConfigureResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { LifecycleEntry } from "../io/lifecycle/lifecycle";
import { Constructs } from "./constructs";
import { engineLog } from "./engine-log";
import { Resources } from "./resources";
import { ServedProvider } from "./served-provider";

/** What the plugin has besides what it tells the SDK. */
export interface Own {
  /** The names of a component's outputs, by its token. */
  readonly outputsOf: (token: string) => readonly string[];
  /** The lifecycle resources, by their token. */
  readonly lifecycleOf: (token: string) => LifecycleEntry | undefined;
  /** Aborted when the engine cancels. */
  readonly cancel: AbortController;
}

type Handler = (call: ServerUnaryCall<never, never>, reply: sendUnaryData<unknown>) => unknown;
type Handlers = Record<string, Handler>;

/** The SDK's server keeps the address of the engine here, also when the engine attaches later. */
interface Engine {
  readonly engineAddr?: string;
}

/**
 * Puts our own handlers before those of the SDK. Its server hands no old inputs, timeouts or previews to a resource,
 * and lets no construct end when the engine cancels. The SDK does not export it; it does add it to a gRPC server, and
 * there it is taken hold of.
 */
export function hostOwn(own: Own): void {
  const original = Reflect.get<Server, "addService">(Server.prototype, "addService");
  Server.prototype.addService = function (this: Server, service, implementation) {
    original.call(this, service, withOwn(implementation, own));
  };
}

function withOwn(
  implementation: UntypedServiceImplementation,
  { outputsOf, lifecycleOf, cancel }: Own,
): UntypedServiceImplementation {
  const sdk = implementation as unknown as Handlers;
  const log = engineLog(() => (implementation as unknown as Engine).engineAddr);
  const resources = new Resources(lifecycleOf, log, cancel.signal);
  const constructs = new Constructs(outputsOf);
  const provider = new ServedProvider();
  const passOn = (name: string, call: ServerUnaryCall<never, never>, reply: sendUnaryData<never>) =>
    sdk[name]?.call(implementation, call, reply as sendUnaryData<unknown>);

  /** A call for a resource of ours is answered here, any other by the SDK. */
  const answer =
    (name: OwnCall) => (call: ServerUnaryCall<never, never>, reply: sendUnaryData<never>) => {
      if (!resources.has((call.request as { getUrn(): string }).getUrn())) {
        return passOn(name, call, reply);
      }
      const answered: Promise<unknown> = resources[name](call.request);
      return answered
        .finally(() => log.flush())
        .then(
          (response) => {
            reply(null, response as never);
          },
          (error: unknown) => {
            reply(error as Error);
          },
        );
    };

  const handlers = {
    ...Object.fromEntries(OWN_CALLS.map((name) => [name, answer(name)])),
    configure: (call: ServerUnaryCall<never, never>, reply: sendUnaryData<ConfigureResponse>) => {
      const previewing: sendUnaryData<ConfigureResponse> = (error, response) => {
        // Else the engine takes a resource's inputs for its outputs in a preview.
        response?.setSupportspreview(true);
        reply(error, response);
      };
      provider.configured(call.request as ConfigureRequest);
      return passOn("configure", call, previewing);
    },
    construct: constructs.answering((call, reply) => {
      provider.passTo(call.request);
      return passOn("construct", call as never, reply);
    }),
    cancel: (call: ServerUnaryCall<never, never>, reply: sendUnaryData<never>) => {
      cancel.abort(new Error("cancelled"));
      constructs.abandon();
      // The answers go out first: the engine closes the connection when it has the answer to this call.
      setImmediate(() => passOn("cancel", call, reply));
    },
  };
  return Object.assign(Object.create(implementation), handlers) as UntypedServiceImplementation;
}

const OWN_CALLS = ["check", "diff", "create", "update", "read", "delete"] as const;
type OwnCall = (typeof OWN_CALLS)[number];

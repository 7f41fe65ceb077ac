import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import { hostOwn, type Own } from "../../provider/host";

/** A plugin that is served as the SDK does it: what is our own is put before `sdk`. */
export interface Served {
  readonly client: service.ResourceProviderClient;
  stop(): void;
}

/** Serves handlers in place of those of the SDK. */
export async function serve(own: Own, sdk: object): Promise<Served> {
  const original = Reflect.get<Server, "addService">(Server.prototype, "addService");
  hostOwn(own);
  const server = new Server();
  server.addService(service.ResourceProviderService, sdk as never);
  Server.prototype.addService = original;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const client = new service.ResourceProviderClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  return {
    client,
    stop: () => {
      client.close();
      server.forceShutdown();
    },
  };
}

/** The answer to a call. */
export function answerTo<Request, Response>(
  call: (
    request: Request,
    callback: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

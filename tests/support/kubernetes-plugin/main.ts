/**
 * A stand-in for `pulumi-resource-kubernetes`, for tests and the demo only; README.md says what it
 * keeps of the real plugin. Started by the engine with the engine's address as its argument.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { engineLog } from "./engine-log";
import { providerService } from "./server";

const maxMessageBytes = 400 * 1024 * 1024;

/** Ends this process when the engine that started it is gone, also when it was killed. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 1000).unref();
}

function serve(): void {
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(ResourceProviderService, providerService(process.env, engineLog(address)));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(0));
endWithParent();
serve();

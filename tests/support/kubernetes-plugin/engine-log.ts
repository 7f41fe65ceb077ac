import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import type { Log } from "./session";

/** Logs to the engine at the address; to nobody without one. */
export function engineLog(address: string): Log {
  if (address === "") return () => undefined;
  const client = new EngineClient(address, credentials.createInsecure());
  return (severity, urn, message) => {
    const request = new LogRequest();
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(severity === "info");
    client.log(request, () => undefined);
  };
}

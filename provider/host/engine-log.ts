import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Sends lines to the engine, which shows them at a resource. */
export interface EngineLog {
  info(urn: string, line: string): void;
  warn(urn: string, line: string): void;
  /** Ends when all lines are sent. */
  flush(): Promise<void>;
}

/**
 * The engine's log. The SDK's own works within a construct only; a call for a resource has no connection but the
 * address that the process was started with. A line that can't be sent is dropped: no operation fails for it.
 *
 * @param address of the engine; it is asked for when there is a line
 */
export function engineLog(address: () => string | undefined): EngineLog {
  let client: EngineClient | undefined;
  const underWay = new Set<Promise<void>>();
  const send = (severity: LogSeverity, urn: string, line: string) => {
    const target = address();
    if (target === undefined) return;
    const engine = (client ??= new EngineClient(target, credentials.createInsecure()));
    const sent = new Promise<void>((resolve) => {
      engine.log(requestOf(severity, urn, line), () => {
        resolve();
      });
    });
    underWay.add(sent);
    void sent.then(() => underWay.delete(sent));
  };
  return {
    info: (urn, line) => {
      send(LogSeverity.INFO, urn, line);
    },
    warn: (urn, line) => {
      send(LogSeverity.WARNING, urn, line);
    },
    flush: async () => {
      await Promise.all(underWay);
    },
  };
}

function requestOf(severity: LogSeverity, urn: string, line: string): LogRequest {
  const request = new LogRequest();
  request.setSeverity(severity);
  request.setUrn(urn);
  request.setMessage(line);
  return request;
}

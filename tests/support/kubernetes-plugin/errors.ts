import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";

import type { JsonObject } from "../../../provider/core/manifest";
import { toStruct } from "./struct";

/** A wait that ended without success; the object is there. */
export class NotReady extends Error {
  readonly live: JsonObject;
  readonly reasons: readonly string[];

  constructor(message: string, live: JsonObject, reasons: readonly string[] = []) {
    super(message);
    this.live = live;
    this.reasons = reasons;
  }
}

/** An operation that changed the cluster but did not complete: the engine keeps this state. */
export class InitFailed extends Error {
  readonly id: string;
  readonly properties: JsonObject;
  readonly reasons: readonly string[];
  readonly inputs: JsonObject | undefined;

  constructor(id: string, cause: Error, properties: JsonObject, inputs?: JsonObject) {
    super(cause.message);
    const below = cause.cause instanceof NotReady ? cause.cause.reasons : [];
    this.id = id;
    this.properties = properties;
    this.reasons = [cause.message, ...below];
    this.inputs = inputs;
  }
}

/** The error as gRPC sends it; a partial failure carries the state as `google.rpc.Status` details. */
export function toServiceError(error: Error): ServiceError {
  const metadata = new Metadata();
  if (error instanceof InitFailed) {
    metadata.set("grpc-status-details-bin", Buffer.from(details(error).serializeBinary()));
  }
  return Object.assign(new Error(error.message), {
    code: status.UNKNOWN,
    details: error.message,
    metadata,
  });
}

function details(error: InitFailed): Status {
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.properties));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(toStruct(error.inputs));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(error.message);
  message.addDetails(any);
  return message;
}

import { Metadata, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { IncompleteError } from "../io/lifecycle/incomplete";
import { toStruct } from "./properties";

/** The header that carries the details of an error: https://grpc.io/docs/guides/error/#richer-error-model */
const DETAILS = "grpc-status-details-bin";

/**
 * What the engine is answered when a create fails. Of an incomplete one it keeps the state, and updates the resource next time.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/proto/pulumi/provider.proto (ErrorResourceInitFailed)
 */
export function toCreateFailure(error: unknown, id: string, outputs: readonly string[]): unknown {
  if (!(error instanceof IncompleteError)) return error;
  const { message } = error;
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(toStruct(error.state, outputs));
  failed.setReasonsList([message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(message);
  answer.addDetails(detail);
  const metadata = new Metadata();
  metadata.add(DETAILS, Buffer.from(answer.serializeBinary()));
  return Object.assign(new Error(message), { code: status.UNKNOWN, details: message, metadata });
}

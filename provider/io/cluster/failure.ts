import { isObject, type JsonObject } from "../../core/manifest";
import { inWords } from "../../core/words";
import { ClusterError, type ClusterErrorCode } from "./error";
import type { Answer } from "./http";
import { codeOf } from "./retry";

const LONGEST_MESSAGE = 600;

const CODES: Readonly<Record<number, ClusterErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "expired",
  429: "unavailable",
  504: "timeout",
};

const REMEDIES: Partial<Readonly<Record<ClusterErrorCode, string>>> = {
  unauthorized: "the login is not taken (any more); renew the credentials of the kubeconfig",
  forbidden: "give the user of the kubeconfig that right, or use one that has it",
  unavailable: "try again when the API server is well",
  conflict: "somebody else changes it at the same time; try again",
};

/**
 * The error for an answer that is a refusal: https://kubernetes.io/docs/reference/using-api/api-concepts/
 *
 * @param what verb and object, which start the message
 * @param title how the message names the cluster
 */
export function failureOf(what: string, title: string, { status, text }: Answer): ClusterError {
  const body = readStatus(text);
  const exists = status === 409 && body["reason"] === "AlreadyExists";
  const code = exists ? "already-exists" : codeFor(status);
  const said = typeof body["message"] === "string" ? body["message"] : "";
  const words = said === "" ? `HTTP ${status}` : inWords(said, LONGEST_MESSAGE);
  const remedy = REMEDIES[code];
  const reason = remedy === undefined ? words : `${words}; ${remedy}`;
  return new ClusterError(code, `Can't ${what}: ${reason} (cluster ${title})`, { status });
}

/** The error for a request without an answer. */
export function brokenOf(what: string, title: string, cause: Error): ClusterError {
  const why = cause.message === "" ? codeOf(cause) : cause.message;
  const isTls = /CERT|SSL|TLS|SIGNATURE/.test(codeOf(cause));
  const remedy = isTls
    ? "check the certificate authority in the kubeconfig"
    : "check that the cluster is there, the network, and the kubeconfig's server and proxy";
  const message = `Can't ${what}: the API server can't be reached: ${why}; ${remedy} (cluster ${title})`;
  return new ClusterError("unreachable", message, { cause });
}

/** The error for an answer that is not read to its end. */
export function largeOf(what: string, title: string, cause: Error): ClusterError {
  const message = `Can't ${what}: the answer of the API server ${cause.message} (cluster ${title})`;
  return new ClusterError("invalid", message, { cause });
}

/** The error for a request that was ended by its time limit or from outside. */
export function endedOf(what: string, title: string, cause: unknown): ClusterError {
  const isLimit = cause instanceof Error && cause.name === "TimeoutError";
  const message = isLimit
    ? `Can't ${what}: the API server does not answer in time; try again, or check the network (cluster ${title})`
    : `Can't ${what}: cancelled (cluster ${title})`;
  return new ClusterError(isLimit ? "timeout" : "cancelled", message, { cause });
}

/** The error for a login that was ended by its time limit or from outside. */
export function endedLoginOf(title: string, cause: unknown): ClusterError {
  const isLimit = cause instanceof Error && cause.name === "TimeoutError";
  const reason = isLimit
    ? "it takes too long; run the exec plugin of the kubeconfig by hand to see what it waits for"
    : "cancelled";
  const message = `No login for ${title}: ${reason}`;
  return new ClusterError(isLimit ? "timeout" : "cancelled", message, { cause });
}

function codeFor(status: number): ClusterErrorCode {
  return CODES[status] ?? (status >= 500 ? "unavailable" : "invalid");
}

function readStatus(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

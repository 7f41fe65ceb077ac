import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Json } from "../../core/manifest";
import { answered } from "../answered";
import type { Login } from "./login";

/** One request to the API server. */
export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path with the query, from the root of the API. */
  readonly path: string;
  readonly body?: Json;
  readonly contentType?: string;
  readonly accept?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends one request, without repetition.
 *
 * @throws what Node throws
 */
export async function exchange(
  server: URL,
  { agent, headers, auth }: Login,
  { method, path, body, contentType = "application/json", accept = "application/json" }: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const url = new URL(server.href.replace(/\/$/, "") + path);
  const options = {
    method,
    agent,
    signal,
    ...(auth === undefined ? {} : { auth }),
    headers: {
      "user-agent": "flux-instance",
      accept,
      ...headers,
      ...(payload === undefined
        ? {}
        : { "content-type": contentType, "content-length": payload.length }),
    },
  };
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const response = await answered(send(url, options), payload);
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

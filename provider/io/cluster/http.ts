import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Json } from "../../core/manifest";
import { answered, bodyOf } from "../answered";
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

/** In bytes. A page of a list has at most 500 objects, of which etcd takes 1.5 MiB each; those of Flux are far smaller. */
const LARGEST_ANSWER = 64 * 1024 ** 2;

/**
 * Sends one request, without repetition.
 *
 * @throws TooLarge; else what Node throws
 */
export async function exchange(
  server: URL,
  login: Login,
  { method, path, body, contentType = "application/json", accept = "application/json" }: Request,
  signal: AbortSignal,
): Promise<Answer> {
  const { agent, headers, auth } = login;
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
  const text = (await bodyOf(response, LARGEST_ANSWER)).toString("utf8");
  const { statusCode: status = 0 } = response;
  // A proxy before the API server may say what it was sent.
  const said = status < 400 ? text : withoutCredentials(text, login);
  return { status, headers: response.headers, text: said };
}

/** Shorter texts are no credentials, and stand in many words. */
const SHORTEST_CREDENTIAL = 8;

function withoutCredentials(text: string, { headers, auth = "" }: Login): string {
  const header = headers.authorization ?? headers["Authorization"];
  const [, token = ""] = (typeof header === "string" ? header : "").split(" ");
  const [, ...password] = auth.split(":");
  const basic = Buffer.from(auth).toString("base64");
  return [token, basic, password.join(":")]
    .filter((secret) => secret.length >= SHORTEST_CREDENTIAL)
    .reduce((rest, secret) => rest.replaceAll(secret, "(credential)"), text);
}

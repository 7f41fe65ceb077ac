import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { Agent as TlsAgent, request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";
import { ArtifactError } from "../../core/oci/error";
import { LIMITS, printSize } from "../../core/oci/limits";
import { answered, bodyOf, TooLarge } from "../answered";
import type { RegistryAccess } from "./access";
import { proxyFor, TunnelAgent } from "./proxy";

export interface Request {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The largest body of a success that is read, in bytes. */
  readonly limit: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Connection = Pick<RegistryAccess, "surroundings" | "caCertificate">;

/**
 * Sends one request, without following redirects.
 *
 * Not `fetch`: in Node 20 it needs the package undici for a certificate or a proxy, and it follows redirects by its own
 * rules; `node:https` has all of it, and loads faster.
 */
export class Http {
  readonly #surroundings: Connection["surroundings"];
  readonly #ca: string[] | undefined;
  readonly #plain = new Agent({ keepAlive: true });
  readonly #tls: TlsAgent;
  readonly #tunnels = new Map<string, TunnelAgent>();

  constructor({ surroundings, caCertificate }: Connection) {
    this.#surroundings = surroundings;
    // An own list replaces Node's, so it starts with that one.
    this.#ca = caCertificate === undefined ? undefined : [...rootCertificates, caCertificate];
    this.#tls = new TlsAgent({
      keepAlive: true,
      ...(this.#ca === undefined ? {} : { ca: this.#ca }),
    });
  }

  /** @throws ArtifactError when the body is too large; else what Node throws */
  async send(request: Request, signal: AbortSignal): Promise<Answer> {
    const response = await this.#ask(request, signal);
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: await readBody(request, response) };
  }

  async #ask(
    { method, url, headers, body }: Request,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const length = method === "POST" || method === "PUT" ? (body?.length ?? 0) : undefined;
    const ask = url.protocol === "https:" ? httpsRequest : httpRequest;
    const options = {
      method,
      signal,
      agent: this.#agentFor(url),
      headers: {
        "user-agent": "flux-instance",
        ...headers,
        ...(length === undefined ? {} : { "content-length": length }),
      },
    };
    return await answered(ask(url, options), body);
  }

  #agentFor(url: URL): Agent {
    if (url.protocol !== "https:") return this.#plain;
    const proxy = proxyFor(url, this.#surroundings);
    if (proxy === undefined) return this.#tls;
    const agent = this.#tunnels.get(proxy.href) ?? new TunnelAgent(proxy, this.#ca);
    this.#tunnels.set(proxy.href, agent);
    return agent;
  }
}

async function readBody(request: Request, response: IncomingMessage): Promise<Buffer> {
  const { url } = request;
  const isSuccess = Math.floor((response.statusCode ?? 0) / 100) === 2;
  const limit = isSuccess ? request.limit : LIMITS.answer;
  try {
    return await bodyOf(response, limit);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const reason = `${url.pathname} is larger than the ${printSize(limit)} expected; nothing of it was used`;
    throw new ArtifactError("too-large", url.host, reason);
  }
}

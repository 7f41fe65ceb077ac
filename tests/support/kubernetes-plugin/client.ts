import { appendFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import { isObject, type Json, type JsonObject } from "../../../provider/core/manifest";
import { child, text } from "./identity";
import type { Cluster } from "./kubeconfig";

/** An answer of the API server that is a failure: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: JsonObject;

  constructor(status: number, body: JsonObject) {
    super(text(body["message"]) === "" ? `HTTP status ${status}` : text(body["message"]));
    this.status = status;
    this.reason = text(body["reason"]);
    this.details = child(body, "details");
  }

  /** True when the missing thing is the namespace of the object. */
  get isNamespaceNotFound(): boolean {
    return this.status === 404 && this.details["kind"] === "namespaces";
  }
}

/** One request to the API server. */
export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly contentType?: string;
}

/** A connection pool to one API server. */
export class Client {
  readonly cluster: Cluster;
  private readonly agent: http.Agent;
  private readonly logFile: string;
  private readonly secure: boolean;

  constructor(cluster: Cluster, logFile = "") {
    this.cluster = cluster;
    this.logFile = logFile;
    this.secure = cluster.server.startsWith("https:");
    const pool = { keepAlive: true, maxSockets: 32 };
    this.agent = this.secure ? new https.Agent({ ...pool, ...tls(cluster) }) : new http.Agent(pool);
  }

  /** Sends one request; a failure status becomes an ApiError. Waits and repeats when told to (429). */
  async send(request: Request): Promise<JsonObject> {
    this.record(request);
    for (let attempt = 0; ; attempt++) {
      const answer = await this.exchange(request);
      if (answer.status === 429 && attempt < 10) await sleep(1000);
      else return accept(answer);
    }
  }

  /** Appends one JSON line per write, so that a test can count writes. */
  private record({ method, path, query }: Request): void {
    if (this.logFile === "" || method === "GET") return;
    const dryRun = query?.["dryRun"] !== undefined;
    appendFileSync(this.logFile, `${JSON.stringify({ verb: method, path, dryRun })}\n`);
  }

  /** A kept-alive connection may have been closed by the server meanwhile: repeat once. */
  private async exchange(request: Request): Promise<Answer> {
    try {
      return await this.once(request);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
      return this.once(request);
    }
  }

  private once({ method, path, query, body, contentType }: Request): Promise<Answer> {
    const url = new URL(this.cluster.server + path);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      accept: "application/json",
      ...(this.cluster.token === undefined
        ? {}
        : { authorization: `Bearer ${this.cluster.token}` }),
      ...(payload === undefined
        ? {}
        : {
            "content-type": contentType ?? "application/json",
            "content-length": payload.length,
          }),
    };
    const options = { method, headers, agent: this.agent, timeout: 60_000 };
    return new Promise((resolve, reject) => {
      const sent = (this.secure ? https : http).request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const content = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: parseBody(content) });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${url.pathname}: timed out`)));
      sent.on("error", reject);
      sent.end(payload);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

function tls(cluster: Cluster): https.AgentOptions {
  return {
    rejectUnauthorized: !cluster.insecure,
    ...(cluster.authority === undefined ? {} : { ca: cluster.authority }),
    ...(cluster.certificate === undefined ? {} : { cert: cluster.certificate }),
    ...(cluster.key === undefined ? {} : { key: cluster.key }),
    ...(cluster.serverName === undefined ? {} : { servername: cluster.serverName }),
  };
}

function parseBody(content: string): JsonObject {
  try {
    const body: unknown = JSON.parse(content);
    return isObject(body) ? body : { message: content };
  } catch {
    return { message: content.trim() };
  }
}

function accept({ status, body }: Answer): JsonObject {
  if (status >= 200 && status < 300) return body;
  throw new ApiError(status, body);
}

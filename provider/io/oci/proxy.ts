import { request as httpRequest, type ClientRequest } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { BlockList, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect, type ConnectionOptions } from "node:tls";
import { isLoopback } from "../../core/oci/reference";
import { TIME_LIMIT, type Surroundings } from "./access";

/** The proxy through which a URL is reached, if any; this machine is always reached directly. */
export function proxyFor(url: URL, { httpsProxy, noProxy }: Surroundings): URL | undefined {
  if (httpsProxy === undefined || url.protocol !== "https:" || isLoopback(url.hostname)) {
    return undefined;
  }
  const port = url.port === "" ? "443" : url.port;
  const direct = (noProxy ?? "")
    .split(",")
    .some((entry) => isExempt(entry.trim().toLowerCase(), url.hostname, port));
  if (direct) return undefined;
  return new URL(httpsProxy.includes("://") ? httpsProxy : `http://${httpsProxy}`);
}

/** Entries are `*`, a domain with all under it, an address, or a range of them; a port may follow. */
function isExempt(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  const host = hostname.replace(/^\[|\]$/g, "");
  const [address = "", bits] = entry.split("/");
  if (bits !== undefined) return isInRange(host, address, Number(bits));
  const [, name = "", onlyPort] =
    /^\[?(.+?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? [];
  if (name === "" || (onlyPort !== undefined && onlyPort !== port)) return false;
  const domain = name.replace(/^\*?\./, "");
  return host === domain || (!isIP(host) && host.endsWith(`.${domain}`));
}

function isInRange(host: string, address: string, bits: number): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isIP(host) === 0 || isIP(host) !== isIP(address)) return false;
  if (!(bits >= 0 && bits <= (family === "ipv6" ? 128 : 32))) return false;
  const range = new BlockList();
  range.addSubnet(address, bits, family);
  return range.check(host, family);
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** Opens connections through a proxy by `CONNECT` (RFC 9110 §9.3.6), so that the proxy sees none of the content. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, ca: string[] | undefined) {
    super({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
    this.#proxy = proxy;
  }

  /** https://nodejs.org/docs/latest-v20.x/api/http.html#agentcreateconnectionoptions-callback */
  override createConnection(target: RequestOptions, connected: Connected): undefined {
    const host = target.host ?? "";
    const asked = this.#ask(`${host.includes(":") ? `[${host}]` : host}:${target.port ?? 443}`);
    const fail = (reason: string, cause?: Error) => {
      asked.destroy();
      // Node takes an error without a socket, unlike its types.
      (connected as (error: Error) => void)(new Error(reason, { cause }));
    };
    asked.once("connect", ({ statusCode }, socket: Socket) => {
      if (statusCode === 200)
        connected(null, connect({ ...(target as ConnectionOptions), socket }));
      else fail(this.#refusal(statusCode));
    });
    asked.once("response", ({ statusCode }) => {
      fail(this.#refusal(statusCode));
    });
    asked.once("error", (cause) => {
      fail(`the proxy ${this.#proxy.host} can't be reached (HTTPS_PROXY)`, cause);
    });
    asked.setTimeout(TIME_LIMIT, () => asked.destroy(new Error("no answer in time")));
    asked.end();
  }

  #ask(name: string): ClientRequest {
    const { protocol, username, password } = this.#proxy;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const credential = `Basic ${Buffer.from(login).toString("base64")}`;
    return (protocol === "https:" ? httpsRequest : httpRequest)({
      method: "CONNECT",
      hostname: this.#proxy.hostname.replace(/^\[|\]$/g, ""),
      port: this.#proxy.port === "" ? (protocol === "https:" ? 443 : 80) : this.#proxy.port,
      path: name,
      headers: { host: name, ...(username === "" ? {} : { "proxy-authorization": credential }) },
      agent: false,
    });
  }

  #refusal(status: number | undefined): string {
    const login =
      status === 407 ? "; it wants name and password, as http://name:password@host" : "";
    return `the proxy ${this.#proxy.host} refused with HTTP ${status ?? 0} (HTTPS_PROXY)${login}`;
  }
}

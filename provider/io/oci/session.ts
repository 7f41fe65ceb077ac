import { readChallenge } from "../../core/oci/challenge";
import { ArtifactError } from "../../core/oci/error";
import { isSafeTarget } from "../../core/oci/origins";
import { hostOf, isLoopback, printReference, type Repository } from "../../core/oci/reference";
import { firstOf } from "../signal";
import { TIME_LIMIT, type RegistryAccess } from "./access";
import { answerChallenge, type Actions } from "./authorization";
import { findCredential, type FoundCredential } from "./credentials";
import { failureOf } from "./failure";
import { Http, type Answer, type Request } from "./http";
import { withRetries } from "./retry";

/** A request within one repository. */
export interface Call {
  readonly method: Request["method"];
  /** Below `/v2/<repository>/`, or the URL that the registry gave for it. */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly limit: number;
  /** How messages name what is asked for; the repository by default. */
  readonly where?: string;
  /** The statuses that are an answer; any other one is thrown. */
  readonly accept: readonly number[];
}

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Talks to one repository: logs in when asked to, repeats, follows redirects, and ends in time. */
export class Session {
  readonly place: Repository;
  readonly registry: URL;
  readonly #access: RegistryAccess;
  readonly #http: Http;
  readonly #reading: Actions;
  readonly #authorizations = new Map<Actions, string>();
  #found: FoundCredential | undefined;

  /** @param reading what a login asks for in order to read */
  constructor(place: Repository, access: RegistryAccess, reading: Actions = "pull") {
    this.place = place;
    this.#reading = reading;
    this.#access = access;
    this.#http = new Http(access);
    this.registry = new URL(`https://${hostOf(place.registry)}`);
    // A registry on this machine has TLS where a certificate is given for it; another one goes without when asked to.
    const local = isLoopback(this.registry.hostname) && access.caCertificate === undefined;
    if (local || access.insecure === true) this.registry.protocol = "http:";
  }

  /** @throws ArtifactError when there is no answer with an accepted status */
  async send(call: Call): Promise<Answer> {
    const limit = AbortSignal.timeout(this.#access.timeLimit ?? TIME_LIMIT);
    const signal = firstOf(this.#access.signal, limit);
    const url =
      typeof call.target === "string"
        ? new URL(`/v2/${this.place.repository}/${call.target}`, this.registry)
        : call.target;
    const { answer, last } = await this.#follow(call, url, signal);
    if (call.accept.includes(answer.status)) return answer;
    const shown = this.#found?.source ?? "no credentials";
    throw failureOf(this.#nameOf(call), { method: call.method, url: last }, answer, shown);
  }

  #nameOf({ where }: Call): string {
    return where ?? printReference(this.place);
  }

  async #follow(
    call: Call,
    start: URL,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly last: URL }> {
    const isRead = call.method === "GET" || call.method === "HEAD";
    let url = start;
    for (let followed = 0; followed <= MAX_REDIRECTS; followed += 1) {
      const answer = await this.#askWithLogin(call, url, signal);
      if (!isRead || !REDIRECTS.includes(answer.status)) return { answer, last: url };
      url = this.placeOf(answer, url, this.#nameOf(call));
    }
    const reason = `the registry redirects more than ${MAX_REDIRECTS} times; check its address`;
    throw new ArtifactError("unsafe-redirect", this.#nameOf(call), reason);
  }

  /**
   * Where an answer sends the next request to.
   *
   * @throws ArtifactError when that is not over TLS
   */
  placeOf({ headers }: Answer, from: URL, where = printReference(this.place)): URL {
    const location = headers.location ?? "";
    const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (target !== undefined && isSafeTarget(this.registry, target)) return target;
    const name = target === undefined ? "a place that is no URL" : target.origin;
    const reason = `the registry sends on to ${name}, which is not followed; only HTTPS is`;
    throw new ArtifactError("unsafe-redirect", where, reason);
  }

  /** Credentials go to the registry's own origin alone, and challenges count from there alone. */
  async #askWithLogin(call: Call, url: URL, signal: AbortSignal): Promise<Answer> {
    if (url.origin !== this.registry.origin) return await this.#ask(call, url, undefined, signal);
    const actions = call.method === "GET" || call.method === "HEAD" ? this.#reading : "pull,push";
    const known = this.#authorizations.get(actions);
    const answer = await this.#ask(call, url, known, signal);
    if (answer.status !== 401) return answer;
    const login = await this.#logIn(answer, actions, signal);
    return login === undefined ? answer : await this.#ask(call, url, login, signal);
  }

  async #logIn(answer: Answer, actions: Actions, signal: AbortSignal): Promise<string | undefined> {
    this.#found ??= await findCredential(this.place, this.#access, signal);
    const challenge = readChallenge(answer.headers["www-authenticate"] ?? "");
    if (challenge === undefined) return undefined;
    const { place, registry } = this;
    const asker = { http: this.#http, place, registry };
    const login = await answerChallenge(asker, challenge, this.#found, actions, signal);
    if (login !== undefined) this.#authorizations.set(actions, login);
    return login;
  }

  async #ask(
    call: Call,
    url: URL,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { method, body, limit } = call;
    const headers = { ...call.headers, ...(authorization === undefined ? {} : { authorization }) };
    const request = { method, url, headers, limit, ...(body === undefined ? {} : { body }) };
    return await withRetries(this.#nameOf(call), signal, () => this.#http.send(request, signal));
  }
}

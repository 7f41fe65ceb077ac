import { isObject, type JsonObject } from "../../core/manifest";
import { TooLarge } from "../answered";
import { firstOf } from "../signal";
import type { Access } from "./connection";
import { ClusterError } from "./error";
import { brokenOf, endedOf, failureOf, largeOf } from "./failure";
import { exchange, type Answer, type Request } from "./http";
import type { Entry } from "./kubeconfig";
import { logIn, type Login } from "./login";
import { withRetries } from "./retry";
import { SharedLogin } from "./shared-login";

const TIME_LIMIT = 30_000;
const PATIENCE = 60_000;
const FIRST_PATIENCE = PATIENCE / 10;

/** Talks to one API server: logs in, repeats, and ends in time. */
export class Session {
  readonly #entry: Entry;
  readonly #access: Access;
  readonly #outer: AbortSignal;
  #login: SharedLogin | undefined;
  #answered = false;

  constructor(entry: Entry, access: Access) {
    this.#entry = entry;
    this.#access = access;
    this.#outer = access.signal ?? new AbortController().signal;
  }

  /** How messages name the cluster. */
  get title(): string {
    return this.#entry.title;
  }

  /** The address of the API server, without credentials. */
  get server(): string {
    return this.#entry.server.href;
  }

  /** Aborted when nothing more shall be asked. */
  get signal(): AbortSignal {
    return this.#outer;
  }

  /**
   * Logs in and asks nothing yet, so that a slow exec plugin takes no time of the first question. A login that ends with
   * the signal is tried again by the next question.
   *
   * @param signal for the login alone
   * @throws ClusterError bad-kubeconfig where the login fails; timeout or cancelled when a signal is aborted
   */
  async open(signal?: AbortSignal): Promise<void> {
    await this.#loggedIn(firstOf(this.#outer, signal));
  }

  /**
   * @param what verb and object in words
   * @throws ClusterError when there is no answer, or it is a refusal
   */
  async send(what: string, request: Request): Promise<Answer> {
    const outcome = await this.#repeat(what, request);
    if (outcome instanceof ClusterError) throw outcome;
    if (outcome instanceof Error) throw brokenOf(what, this.title, outcome);
    this.#answered = true;
    if (outcome.status >= 200 && outcome.status < 300) return outcome;
    throw failureOf(what, this.title, outcome);
  }

  /** As `send`, for an answer that is an object. */
  async sendForObject(what: string, request: Request): Promise<JsonObject> {
    const { text, status } = await this.send(what, request);
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // Told below.
    }
    const message = `Can't ${what}: the answer is no object of Kubernetes; check the kubeconfig's server (cluster ${this.title})`;
    throw new ClusterError("invalid", message, { status });
  }

  async #repeat(what: string, request: Request): Promise<Answer | Error> {
    const { patience = PATIENCE } = this.#access;
    const limit = this.#answered ? patience : Math.min(patience, FIRST_PATIENCE);
    try {
      this.#outer.throwIfAborted();
      return await withRetries({ signal: this.#outer, limit }, () =>
        this.#askWithLogin(what, request),
      );
    } catch (error) {
      return endedOf(what, this.title, this.#outer.aborted ? this.#outer.reason : error);
    }
  }

  /** A login that has run out is renewed once. */
  async #askWithLogin(what: string, request: Request): Promise<Answer> {
    const known = this.#login;
    const answer = await this.#ask(what, request);
    if (answer.status !== 401 || known === undefined) return answer;
    if (this.#login === known) this.#login = undefined;
    return await this.#ask(what, request);
  }

  async #ask(what: string, request: Request): Promise<Answer> {
    const limit = AbortSignal.timeout(this.#access.timeLimit ?? TIME_LIMIT);
    const signal = firstOf(this.#outer, limit);
    const login = await this.#loggedIn(signal);
    try {
      return await exchange(this.#entry.server, login, request, signal);
    } catch (error) {
      if (error instanceof TooLarge) throw largeOf(what, this.title, error);
      throw limit.aborted ? endedOf(what, this.title, limit.reason) : error;
    }
  }

  /** A login that has failed, or that its last waiter has given up, is forgotten. */
  async #loggedIn(signal: AbortSignal): Promise<Login> {
    const login = (this.#login ??= new SharedLogin(this.title, (ending) =>
      logIn(this.#entry, this.#access.surroundings, ending),
    ));
    try {
      return await login.wait(signal);
    } catch (error) {
      if (this.#login === login && !login.isUsable) this.#login = undefined;
      throw error;
    }
  }
}

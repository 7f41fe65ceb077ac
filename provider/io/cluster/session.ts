import { isObject, type JsonObject } from "../../core/manifest";
import { firstOf } from "../signal";
import type { Access } from "./connection";
import { ClusterError } from "./error";
import { brokenOf, endedOf, failureOf } from "./failure";
import { exchange, type Answer, type Request } from "./http";
import type { Entry } from "./kubeconfig";
import { logIn, type Login } from "./login";
import { withRetries } from "./retry";

const TIME_LIMIT = 30_000;
const PATIENCE = 60_000;
const FIRST_PATIENCE = PATIENCE / 10;

/** Talks to one API server: logs in, repeats, and ends in time. */
export class Session {
  readonly #entry: Entry;
  readonly #access: Access;
  readonly #outer: AbortSignal;
  #login: Promise<Login> | undefined;
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
   * Only logs in.
   *
   * @throws ClusterError also when the signal of the session is aborted meanwhile
   */
  async open(): Promise<void> {
    this.#login ??= logIn(this.#entry, this.#access.surroundings);
    try {
      await orAborted(this.#login, this.#outer);
    } catch (error) {
      throw this.#outer.aborted ? endedOf("log in", this.title, this.#outer.reason) : error;
    }
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
    try {
      this.#login ??= logIn(this.#entry, this.#access.surroundings);
      const login = await orAborted(this.#login, signal);
      return await exchange(this.#entry.server, login, request, signal);
    } catch (error) {
      if (error instanceof ClusterError) this.#login = undefined;
      throw limit.aborted ? endedOf(what, this.title, limit.reason) : error;
    }
  }
}

/** An exec plugin can't be told to end; it is left to itself. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const abort = () => {
      reject(new Error("aborted", { cause: signal.reason }));
    };
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", abort);
    });
  });
}

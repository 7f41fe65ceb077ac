import { endedLoginOf } from "./failure";
import type { Login } from "./login";

/** One login that several requests may wait for. It is ended when nobody waits for it any more. */
export class SharedLogin {
  readonly #title: string;
  readonly #ending = new AbortController();
  readonly #login: Promise<Login>;
  #state: "under way" | "done" | "failed" = "under way";
  #waiting = 0;

  /**
   * @param title how messages name the cluster
   */
  constructor(title: string, start: (signal: AbortSignal) => Promise<Login>) {
    this.#title = title;
    this.#login = start(this.#ending.signal);
    this.#login.then(
      () => (this.#state = "done"),
      () => (this.#state = "failed"),
    );
  }

  /** Whether it is done, or may still be. */
  get isUsable(): boolean {
    return this.#state !== "failed" && !this.#ending.signal.aborted;
  }

  /**
   * @param signal ends the waiting
   * @throws ClusterError where the login fails, or when the signal is aborted
   */
  async wait(signal: AbortSignal): Promise<Login> {
    this.#waiting += 1;
    try {
      return await orAborted(this.#login, signal);
    } catch (error) {
      throw signal.aborted ? endedLoginOf(this.#title, signal.reason) : error;
    } finally {
      this.#waiting -= 1;
      const isAbandoned = signal.aborted && this.#waiting === 0 && this.#state === "under way";
      if (isAbandoned) this.#ending.abort(signal.reason);
    }
  }
}

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

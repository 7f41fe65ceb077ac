import type { ObjectReference } from "../../core/lifecycle/inputs";
import { connect } from "../cluster/cluster";
import type { Connection } from "../cluster/connection";
import { isClusterError } from "../cluster/error";
import type { Surroundings } from "../oci/access";
import { firstOf } from "../signal";
import { sight, type Sighting } from "./sighting";

/** What a preview gives to the credentials, which an exec plugin may take its time for, and then to all questions. */
const LOGIN_LIMIT = 15_000;
const QUESTIONS_LIMIT = 5_000;
/** What an API server that refuses connections is given in a preview. All limits are in milliseconds. */
const PATIENCE = 1_000;

/** What is looked at, and by whom. */
export interface Look {
  readonly connection: Connection;
  readonly objects: readonly ObjectReference[];
  readonly namespace: string;
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks at the cluster before an update; without an answer there is no update.
 *
 * @param limit in milliseconds
 * @throws ClusterError
 */
export async function lookForUpdate(look: Look, limit: number): Promise<Sighting> {
  const { connection, surroundings, objects, namespace } = look;
  const signal = firstOf(look.signal, AbortSignal.timeout(limit));
  return await sight(await connect(connection, { surroundings, signal }), objects, namespace);
}

/**
 * Looks at the cluster in a preview, for some seconds.
 *
 * @returns the reason where the cluster cannot be asked
 */
export async function lookForPreview(look: Look): Promise<Sighting | { readonly failure: string }> {
  const { connection, surroundings, objects, namespace } = look;
  const limit = new Limit(LOGIN_LIMIT);
  const access = { surroundings, signal: firstOf(look.signal, limit.signal), patience: PATIENCE };
  try {
    const cluster = await connect(connection, access);
    await cluster.session.open();
    limit.set(QUESTIONS_LIMIT);
    return await sight(cluster, objects, namespace);
  } catch (error) {
    if (!isClusterError(error) || look.signal?.aborted === true) throw error;
    if (error.code === "conflict") throw error;
    return { failure: error.message };
  } finally {
    limit.clear();
  }
}

/** A time limit that can be set anew. */
class Limit {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(time: number) {
    this.#timer = this.#start(time);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  set(time: number): void {
    this.clear();
    this.#timer = this.#start(time);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #start(time: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort(new DOMException("the time is over", "TimeoutError"));
    }, time);
  }
}

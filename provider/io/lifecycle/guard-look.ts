import type { ObjectReference } from "../../core/lifecycle/inputs";
import { connect } from "../cluster/cluster";
import type { Connection } from "../cluster/connection";
import { isClusterError } from "../cluster/error";
import type { Surroundings } from "../oci/access";
import { firstOf } from "../signal";
import { sight, type Sighting } from "./sighting";

/** The time of a look in a preview, in milliseconds. */
export interface PreviewLimits {
  /** For the credentials: an exec plugin may take its time. */
  readonly login: number;
  /** For all questions after the login. */
  readonly questions: number;
}

export const PREVIEW_LIMITS: PreviewLimits = { login: 15_000, questions: 5_000 };

/** What an API server that refuses connections is given in a preview, in milliseconds. */
const PATIENCE = 1_000;
/** A timer of Node takes no more. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST = 2 ** 31 - 1;

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
  const access = { surroundings, signal: limited(look, limit) };
  return await sight(await connect(connection, access), objects, namespace);
}

/** The signal of a look with a time limit in milliseconds. */
export function limited({ signal }: Look, limit: number): AbortSignal {
  return firstOf(signal, AbortSignal.timeout(Math.min(limit, LONGEST)));
}

/**
 * Looks at the cluster in a preview, for some seconds.
 *
 * @returns the reason where the cluster cannot be asked
 * @throws ClusterError already-exists, where the name of the owner record is somebody else's
 */
export async function lookForPreview(
  look: Look,
  limits = PREVIEW_LIMITS,
): Promise<Sighting | { readonly failure: string }> {
  const { connection, surroundings, objects, namespace } = look;
  const limit = new Limit(limits.login);
  const access = { surroundings, signal: firstOf(look.signal, limit.signal), patience: PATIENCE };
  try {
    const cluster = await connect(connection, access);
    await cluster.session.open();
    limit.set(limits.questions);
    return await sight(cluster, objects, namespace);
  } catch (error) {
    const isAnswer = isClusterError(error) && error.code !== "already-exists";
    if (!isAnswer || look.signal?.aborted === true) throw error;
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

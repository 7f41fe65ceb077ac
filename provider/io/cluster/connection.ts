import type { Surroundings } from "../oci/access";

/** Which cluster is meant, and as whom; all of it as the Kubernetes provider takes it. */
export interface Connection {
  /**
   * The content of a kubeconfig, or the path of one. Without it the ambient one is taken; an empty one was given and
   * cannot be used, and is refused.
   */
  readonly kubeconfig?: string;
  /** The context, where not the current one. */
  readonly context?: string;
  /** The entry of `clusters`, where not the context's. */
  readonly cluster?: string;
  /** How messages name a kubeconfig that is given by content; "the given kubeconfig" by default. */
  readonly origin?: string;
}

/** How a cluster is asked. */
export interface Access {
  readonly surroundings: Surroundings;
  /** Ends every request when it is aborted. */
  readonly signal?: AbortSignal;
  /** For one request, in milliseconds; 30 seconds by default. */
  readonly timeLimit?: number;
  /**
   * How long to wait for an API server that was there before and is gone, in milliseconds; 60 seconds by default. One
   * that was not there yet is given a tenth of it.
   */
  readonly patience?: number;
}

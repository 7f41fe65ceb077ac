import type { Surroundings } from "../io/oci/access";
import type { ReadPullSecret } from "../io/pull-secret";

/** What a verb has to say: text for standard output, and warnings and notes for standard error, a line each. */
export interface Outcome {
  readonly output: string;
  readonly warnings: readonly string[];
  readonly notes?: readonly string[];
}

/** Standard input, opened by whoever reads it. */
export type Stdin = () => AsyncIterable<Uint8Array>;

/** Runs a verb with the arguments after its name. */
export type Run = (args: readonly string[], given: Given) => Promise<Outcome>;

/** What the process gives to a verb. */
export interface Given {
  readonly stdin: Stdin;
  readonly surroundings: Surroundings;
  /** Reads `artifactPullSecret`, by default from the cluster of the ambient kubeconfig. */
  readonly readPullSecret?: ReadPullSecret;
}

/** One verb of the program; its code may be loaded when it runs. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Run>;
}

/** The arguments are not what the program or verb takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

import type { State } from "./lifecycle";

/** A create that has failed after it has made something: the resource belongs into the state, and the next update goes on. */
export class IncompleteError extends Error {
  override readonly name = "IncompleteError";
  readonly state: State;

  constructor(state: State, cause: Error) {
    super(cause.message, { cause });
    this.state = state;
  }
}

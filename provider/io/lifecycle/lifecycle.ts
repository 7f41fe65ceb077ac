import type { Json, JsonObject } from "../../core/manifest";
import type { Problem } from "../../core/problem";

/**
 * What the wire has for a value that is not known. A preview may answer with it, also deep in an output.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/rpc.go
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The inputs or the state of a lifecycle resource: plain data, secrets revealed. */
export interface Properties {
  readonly values: JsonObject;
  /** The properties that are, or hold, something that is not known yet; they are not among the values. */
  readonly unknown: ReadonlySet<string>;
}

/** The outputs of a lifecycle resource. They are kept in plain text, so nothing in them may be a secret. */
export type State = Readonly<Record<string, Json>>;

/** What the engine knows of a resource that exists. */
export interface Known {
  readonly id: string;
  readonly state: State;
  /** The inputs of the last update. */
  readonly inputs: Properties;
}

/** One call of the engine. */
export interface Call {
  /** The name of the resource. */
  readonly name: string;
  /** Aborted when the engine cancels, or when the custom timeout of the operation is over. */
  readonly signal: AbortSignal;
  /** Shows a warning at the resource. */
  readonly warn: (line: string) => void;
  /** Shows a line at the resource. */
  readonly info: (line: string) => void;
}

/** What a change of inputs means; both name properties. A resource with neither is unchanged. */
export interface Diff {
  readonly updated: readonly string[];
  /** Changes that make another resource of it: the new one is created, then the old one deleted. */
  readonly replaced: readonly string[];
}

/**
 * A resource of our own: what the engine asks of it. Nothing is asked for a delete in a preview. The inputs are kept
 * also where `diff` finds no change, so a delete always has the newest.
 */
export interface Lifecycle {
  /**
   * Inputs that the component did not give: what the last update had, or what is drawn from a seed. The engine keeps the
   * seed in an update plan, so that an update draws what its preview drew. Pure.
   *
   * @param seed 32 random bytes
   */
  fill?(inputs: Properties, old: Properties | undefined, seed: Uint8Array): JsonObject;
  /** Refuses inputs, or warns of what they would do; without it all inputs are good. */
  check?(inputs: Properties, old: Properties | undefined, call: Call): Promise<readonly Problem[]>;
  diff(inputs: Properties, known: Known, call: Call): Promise<Diff>;
  /** The outputs that a preview already knows; the others are unknown in it. */
  preview?(inputs: Properties, known: Known | undefined, call: Call): Promise<Partial<State>>;
  create(inputs: Properties, call: Call): Promise<State>;
  update(inputs: Properties, known: Known, call: Call): Promise<State>;
  /** The state as a refresh finds it, undefined when it is gone; without it a refresh changes nothing. */
  read?(known: Known, call: Call): Promise<State | undefined>;
  delete(known: Known, call: Call): Promise<void>;
}

/** A lifecycle resource by its token. */
export interface LifecycleEntry {
  readonly load: () => Promise<Lifecycle>;
  /** The names of all its outputs. */
  readonly outputs: readonly string[];
}

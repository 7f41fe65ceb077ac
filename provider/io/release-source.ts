import type { Release } from "../core/distribution/release";
import type { Component } from "../core/spec/spec";

/** Somewhere Flux releases lie, in the layout of the distribution artifact. */
export interface ReleaseSource {
  /** How messages name it, for example `the embedded releases`. */
  readonly title: string;
  /** The folder names of its releases, in no order. */
  versions(): Promise<readonly string[]>;
  /** The digest of the artifact that holds them, where there is one. */
  digest?(): Promise<string | undefined>;
  /** Reads one release; of the components only those asked for. */
  load(version: string, components: readonly Component[]): Promise<Release>;
}

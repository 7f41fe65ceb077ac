import type { Image } from "../distribution/images";
import type { Release } from "../distribution/release";
import type { Spec } from "../spec/spec";
import type { Draft } from "./draft";

/** Everything a rendering step may look at. */
export interface Context {
  readonly spec: Spec;
  readonly release: Release;
  readonly images: readonly Image[];
  /** The value behind a token when it is known (a secret), undefined when it is not. */
  readonly reveal: (token: string) => unknown;
}

/** Where the first objects come from. */
export type Source = (context: Context) => readonly Draft[];

/** One step of rendering. */
export type Step = (drafts: readonly Draft[], context: Context) => readonly Draft[];

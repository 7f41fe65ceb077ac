import type { Names } from "../sdk/names";

/** What every part of a release is made from. */
export interface Source {
  /** The folder of the project. */
  readonly root: string;
  /** With the owner and all other names filled in. */
  readonly names: Names;
  /** Without "v". */
  readonly version: string;
}

/** The artifacts of a part, or why there are none. */
export type Made =
  | {
      /** Paths below the folder of the release. */
      readonly files: readonly string[];
      /** What publishing does with them, in one line. */
      readonly publish: string;
    }
  | { readonly skipped: string };

/** Makes a part in the folder of the release. */
export type Part = (source: Source, out: string) => Promise<Made>;

import type { Spec } from "./spec";

/** The property a rule is about, and the others it looks at. */
export interface Reads {
  readonly path: string;
  readonly reads?: readonly string[];
}

/**
 * One rule: what is wrong with a property, if anything. The reference refuses what an `error` finds; it renders what a
 * `mismatch` finds, but such an instance could not work.
 */
export interface Rule extends Reads {
  readonly level: "error" | "mismatch";
  readonly check: (spec: Spec) => string | undefined;
}

/** A rule that needs the resolved version. */
export interface VersionRule extends Reads {
  readonly check: (spec: Spec, version: string) => string | undefined;
}

/** A rule whose finding the reference refuses too. */
export function error(path: string, check: Rule["check"], ...reads: readonly string[]): Rule {
  return { path, level: "error", check, reads };
}

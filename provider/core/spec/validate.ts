import type { Problem } from "../problem";
import { overlap } from "./paths";
import type { Reading } from "./read";
import type { Reads, Rule } from "./rule";
import { RULES, VERSION_RULES } from "./rules";

/** What the rules find, all of it. */
export interface Validation {
  /** The reference refuses these too. */
  readonly errors: readonly Problem[];
  /** The reference renders these, though they could not work. */
  readonly mismatches: readonly Problem[];
}

/** Checks what was read against every rule that needs no version; a rule about a doubtful value is passed over. */
export function validate(reading: Reading): Validation {
  const usable = RULES.filter((rule) => canJudge(rule, reading));
  const found = (level: Rule["level"]) =>
    usable
      .filter((rule) => rule.level === level)
      .flatMap(({ path, check }) => problemOf(path, check(reading.spec)));
  return { errors: found("error"), mismatches: found("mismatch") };
}

/** Checks what was read against every rule about the resolved version. */
export function validateVersion(reading: Reading, version: string): readonly Problem[] {
  return VERSION_RULES.filter((rule) => canJudge(rule, reading)).flatMap(({ path, check }) =>
    problemOf(path, check(reading.spec, version)),
  );
}

function canJudge(rule: Reads, { problems, undecided }: Reading): boolean {
  const doubtful = [...problems, ...undecided].map(({ path }) => path);
  return ![rule.path, ...(rule.reads ?? [])].some((path) =>
    doubtful.some((doubt) => overlap(path, doubt)),
  );
}

function problemOf(path: string, reason: string | undefined): readonly Problem[] {
  return reason === undefined ? [] : [{ path, reason }];
}

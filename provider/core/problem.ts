/**
 * Something wrong in the args.
 *
 * `path` is the property as the user wrote it (`sync.provider`, `kustomize.patches[2].patch`);
 * `reason` says what is wrong, the value where it is no secret, and the remedy.
 */
export interface Problem {
  readonly path: string;
  readonly reason: string;
}

/** Bad input: every problem found, in one error. Nothing has been changed when it is thrown. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";

  readonly headline: string;
  readonly problems: readonly Problem[];

  constructor(headline: string, problems: readonly Problem[]) {
    super([headline, ...problems.map(printProblem)].join("\n"));
    this.headline = headline;
    this.problems = problems;
  }
}

/** `path: reason`, one line. */
export function printProblem(problem: Problem): string {
  return problem.path === "" ? problem.reason : `${problem.path}: ${problem.reason}`;
}

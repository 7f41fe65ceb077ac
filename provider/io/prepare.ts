import type { Release } from "../core/distribution/release";
import type { Json } from "../core/manifest";
import { InvalidInput, type Problem } from "../core/problem";
import { render, type Rendered } from "../core/render";
import { overlap } from "../core/spec/paths";
import { read, type Reading } from "../core/spec/read";
import type { Undecided } from "../core/spec/readers";
import type { Spec } from "../core/spec/spec";
import { validate, validateVersion } from "../core/spec/validate";
import { isNewerThanTested, newestTestedMinor } from "../core/version/features";
import type { Surroundings } from "./oci/access";
import type { ParsedFiles } from "./parsed-files";
import type { ReadPullSecret } from "./pull-secret";
import { reachOf, type Reaching } from "./reach";
import { choose, type Chosen } from "./resolve";

/** What preparing looks at besides the args. */
export interface Preparing {
  readonly files: ParsedFiles;
  /** What of the user's machine an artifact is reached and cached by; without it nothing is cached. */
  readonly surroundings?: Surroundings;
  /** Ends every request to a registry when it is aborted. */
  readonly signal?: AbortSignal;
  /** Refuse what the reference renders though it could not work; else it becomes a warning. */
  readonly strict: boolean;
  /** The value behind a token, where it is a secret; undefined where it is unknown. */
  readonly reveal?: (token: string) => unknown;
  /** How `distribution.artifactPullSecret` is read; without it only a warning comes of that. */
  readonly readPullSecret?: ReadPullSecret;
}

/** An instance ready to be printed or registered. */
export interface Prepared {
  readonly spec: Spec;
  readonly release: Release;
  readonly rendered: Rendered;
  readonly warnings: readonly string[];
}

/** Either an instance, or the unknown values without which its objects can't be told. */
export type Preparation = Prepared | { readonly undecided: readonly Undecided[] };

const HEADLINE = "The FluxInstance can't be used as it is written; nothing was changed";

/**
 * From args to rendered objects: read, validate, resolve, render.
 *
 * @param args the args as plain JSON, with tokens in place of opaque values
 * @throws InvalidInput with every problem of the args at once
 */
export async function prepare(args: Json, preparing: Preparing): Promise<Preparation> {
  const { files, strict, reveal = () => undefined } = preparing;
  const warned: string[] = [];
  const reading = read(args);
  const [secret, unknown] = partition(
    reading.undecided,
    ({ token }) => reveal(token) !== undefined,
  );
  const { errors, mismatches } = validate(reading);
  const found = [
    ...reading.problems,
    ...secret.map(undecidable),
    ...errors,
    ...(strict ? mismatches : []),
  ];
  const doubtful = [...reading.problems, ...reading.undecided, ...errors];
  const resolution: Resolution = doubtful.some(({ path }) => overlap(path, "distribution"))
    ? {}
    : await tryResolve(
        reading,
        files,
        reachingOf(preparing, (line) => warned.push(line)),
      );
  const problems = [...found, ...(resolution.problems ?? [])];
  if (problems.length > 0) throw new InvalidInput(HEADLINE, problems);
  const { chosen } = resolution;
  const undecided = [...unknown, ...(resolution.unknown ?? [])];
  if (undecided.length > 0 || chosen === undefined) return { undecided };
  const release = await chosen.load(reading.spec.components);
  const rendered = render(reading.spec, release, reveal);
  const warnings = [
    ...warned,
    ...(strict ? [] : mismatches.map(({ path, reason }) => `${path}: ${reason}`)),
    ...newerThanTested(release.version),
    ...rendered.warnings,
  ];
  return { spec: reading.spec, release, rendered, warnings };
}

interface Resolution {
  readonly chosen?: Chosen;
  readonly problems?: readonly Problem[];
  readonly unknown?: readonly Undecided[];
}

/** Chooses a release of a distribution that could be read, so that its problems are told with all others. */
async function tryResolve(
  reading: Reading,
  files: ParsedFiles,
  reaching: Reaching,
): Promise<Resolution> {
  const reached = reachOf(reading.spec, reaching);
  if (!("reach" in reached)) return reached;
  try {
    const chosen = await choose(reading.spec.distribution, files, reached.reach);
    return { chosen, problems: validateVersion(reading, chosen.version) };
  } catch (error) {
    if (error instanceof InvalidInput) return { problems: error.problems };
    throw error;
  }
}

function reachingOf(preparing: Preparing, warn: Reaching["warn"]): Reaching {
  const { surroundings = {}, reveal = () => undefined, signal, readPullSecret } = preparing;
  return {
    surroundings,
    warn,
    reveal,
    ...(signal === undefined ? {} : { signal }),
    ...(readPullSecret === undefined ? {} : { readPullSecret }),
  };
}

function undecidable({ path }: Undecided): Problem {
  const reason = "decides which objects exist and can't be a secret; pass it as a plain value";
  return { path, reason };
}

function newerThanTested(version: string): readonly string[] {
  if (!isNewerThanTested(version)) return [];
  return [
    `Flux ${version} is newer than ${newestTestedMinor}, the newest minor this release was tested with.`,
  ];
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

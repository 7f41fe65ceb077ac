// Version constraints with the meaning of Masterminds/semver v3.5.0, which Flux Operator uses and
// which differs from node-semver: https://github.com/Masterminds/semver#checking-version-constraints
import { type Comparator, readComparator } from "./comparator";
import { compareVersions, type Version } from "./version";

/** A parsed constraint: a version matches when it matches every comparator of one group. */
export interface Constraint {
  readonly text: string;
  readonly groups: readonly Group[];
}

/** Comparators that all must hold. Pre-releases count only if one comparator names a pre-release. */
interface Group {
  readonly comparators: readonly Comparator[];
  readonly prereleases: boolean;
}

const maximumLength = 512;
const maximumGroups = 32;

// Go's `\s` is narrower than that of JavaScript, and its class of digits and wildcards holds `|`.
const space = String.raw`[\t\n\f\r ]`;
const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const part = "[0-9|xX*]+";
const partial = String.raw`v?${part}(?:\.${part})?(?:\.${part})?(?:-${identifiers})?(?:\+${identifiers})?`;
const hyphenRange = new RegExp(
  `${space}*(${partial})${space}+-${space}+(${partial})${space}*`,
  "g",
);
const operator = "!=|>=|=>|<=|=<|~>|[=><~^]|";

/** Reads a constraint; undefined when it is not one. */
export function parseConstraint(text: string): Constraint | undefined {
  if (text.length > maximumLength) return undefined;
  const parts = rewriteHyphenRanges(text).split("||");
  if (parts.length > maximumGroups) return undefined;
  const groups: Group[] = [];
  for (const group of parts) {
    const comparators = readGroup(group);
    if (comparators === undefined) return undefined;
    const prereleases = comparators.some(({ version }) => version.prerelease !== "");
    groups.push({ comparators, prereleases });
  }
  return { text, groups };
}

/** True when the version satisfies the constraint. */
export function matches(constraint: Constraint, version: Version): boolean {
  return constraint.groups.some(
    ({ comparators, prereleases }) =>
      (version.prerelease === "" || prereleases) &&
      comparators.every((comparator) => holds(comparator, version)),
  );
}

function rewriteHyphenRanges(text: string): string {
  let rewritten = text;
  for (const [range, from, to] of text.matchAll(hyphenRange)) {
    rewritten = rewritten.replace(range, () => `>= ${String(from)}, <= ${String(to)} `);
  }
  return rewritten;
}

/** One pass from left to right: a regular expression for the whole group backtracks exponentially. */
function readGroup(text: string): readonly Comparator[] | undefined {
  const token = new RegExp(`${space}*(${operator})${space}*(${partial})(${space}*)(,?)`, "y");
  const comparators: Comparator[] = [];
  for (;;) {
    const match = token.exec(text);
    const comparator = match === null ? undefined : readComparator(match[1] ?? "", match[2] ?? "");
    if (match === null || comparator === undefined) return undefined;
    comparators.push(comparator);
    const [, , , gap, comma] = match;
    if (comma !== "," && token.lastIndex === text.length) return comparators;
    if (comma !== "," && gap === "") return undefined;
  }
}

function holds(comparator: Comparator, version: Version): boolean {
  const { operator, version: bound, open } = comparator;
  const order = compareVersions(version, bound);
  switch (operator) {
    case "!=":
      return differs(comparator, version, order);
    case ">":
      return open === "patch" || open === "minor" ? isAbove(comparator, version) : order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return open === "none" ? order <= 0 : isWithin(comparator, version);
    case "=":
      return open === "none" ? order === 0 : isReasonablyClose(comparator, version, order);
    case "~":
      return isReasonablyClose(comparator, version, order);
    case "^":
      return order >= 0 && isCompatible(comparator, version);
  }
}

function differs({ version: bound, open }: Comparator, version: Version, order: number): boolean {
  if (open === "none") return order !== 0;
  if (bound.major !== version.major) return true;
  if (open === "minor") return false;
  if (bound.minor !== version.minor) return true;
  if (open === "major") return bound.patch !== version.patch || order !== 0;
  return version.prerelease !== bound.prerelease;
}

function isAbove({ version: bound, open }: Comparator, version: Version): boolean {
  if (version.major !== bound.major) return version.major > bound.major;
  return open === "patch" && version.minor > bound.minor;
}

function isWithin({ version: bound, open }: Comparator, version: Version): boolean {
  if (version.major !== bound.major) return version.major < bound.major;
  return version.minor <= bound.minor || open === "minor";
}

/** `~`: not lower, and the same major and minor, as far as they are given. */
function isReasonablyClose(
  { version: bound, open }: Comparator,
  version: Version,
  order: number,
): boolean {
  if (order < 0) return false;
  const zero = bound.major === 0 && bound.minor === 0 && bound.patch === 0;
  if (zero && open !== "minor" && open !== "patch") return true;
  return version.major === bound.major && (version.minor === bound.minor || open === "minor");
}

/** `^`: the left-most part that is not zero must stay. */
function isCompatible({ version: bound, open }: Comparator, version: Version): boolean {
  if (version.major !== bound.major) return false;
  if (bound.major > 0 || open === "minor") return true;
  if (version.minor !== bound.minor) return false;
  return bound.minor > 0 || open === "patch" || version.patch === bound.patch;
}

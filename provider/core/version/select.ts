import { matches, parseConstraint } from "./constraint";
import { newestFirst, type Version } from "./version";

/** The version that was chosen, as it was listed, or why there is none. */
export type Selection = { readonly version: string } | { readonly problem: string };

const listedAtMost = 12;

/**
 * The highest candidate that satisfies the constraint, as it was listed (`v2.9.4`).
 * Candidates that are not versions are ignored.
 */
export function selectVersion(constraintText: string, candidates: readonly string[]): Selection {
  const constraint = parseConstraint(constraintText);
  if (constraint === undefined) {
    return {
      problem:
        `"${abbreviate(constraintText)}" is not a version constraint; ` +
        `write for example "2.x" or ">=2.8.0 <2.10.0"`,
    };
  }
  const versions = newestFirst(candidates);
  const found = versions.find((version) => matches(constraint, version));
  if (found !== undefined) return { version: found.text };
  return { problem: `no Flux version matches "${constraintText}"; ${printAvailable(versions)}` };
}

/** All versions when they are few, else the newest of each minor with the number of the others. */
function printAvailable(versions: readonly Version[]): string {
  if (versions.length === 0) return "the distribution has no versions";
  if (versions.length <= listedAtMost) return `available: ${versions.map(text).join(", ")}`;
  const minors = new Map<string, Version[]>();
  for (const version of versions) {
    const minor = `${String(version.major)}.${String(version.minor)}`;
    minors.set(minor, [...(minors.get(minor) ?? []), version]);
  }
  const newest = [...minors.values()].map(
    ([first, ...others]) =>
      `${first?.text ?? ""}${others.length === 0 ? "" : ` (and ${String(others.length)} older)`}`,
  );
  const shown = newest.slice(0, listedAtMost);
  const rest = newest.length - shown.length;
  return `available: ${shown.join(", ")}${rest === 0 ? "" : `, and ${String(rest)} older minors`}`;
}

function text(version: Version): string {
  return version.text;
}

function abbreviate(constraint: string): string {
  return constraint.length <= 80 ? constraint : `${constraint.slice(0, 80)}…`;
}

import SemVer from "semver/classes/semver";

/** A parsed version; `text` is what it was written as (`v2.9.4`). */
export interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
  readonly semver: SemVer;
}

const identifiers = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const looseVersion = new RegExp(
  String.raw`^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-(${identifiers}))?(?:\+${identifiers})?$`,
);
const maximumLength = 256;

/**
 * Reads a version as Masterminds/semver `NewVersion` does: a leading `v`, missing parts and leading
 * zeros are accepted (`v2`, `2.9`, `02.9.0`), white space around it is not.
 */
export function parseVersion(text: string): Version | undefined {
  const match = text.length > maximumLength ? null : looseVersion.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  const prerelease = match[4] ?? "";
  const suffix = prerelease === "" ? "" : `-${prerelease}`;
  try {
    const semver = new SemVer(`${String(major)}.${String(minor)}.${String(patch)}${suffix}`);
    return {
      text,
      major: semver.major,
      minor: semver.minor,
      patch: semver.patch,
      prerelease,
      semver,
    };
  } catch {
    return undefined;
  }
}

/** Like {@link parseVersion}, for a text that is known to be a version. */
export function requireVersion(text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) {
    throw new TypeError(`"${text}" is not a Flux version; a version looks like v2.9.4`);
  }
  return version;
}

/** Negative when `a` is lower than `b`, by SemVer precedence (build metadata does not count). */
export function compareVersions(a: Version, b: Version): number {
  return a.semver.compare(b.semver);
}

/** The versions in descending order; what is not a version is left out. */
export function newestFirst(texts: readonly string[]): readonly Version[] {
  return texts
    .map((text) => parseVersion(text))
    .filter((version) => version !== undefined)
    .sort((a, b) => compareVersions(b, a));
}

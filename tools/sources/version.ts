import { coerce, parse, satisfies } from "semver";

/** The version in the first line of output that holds one: "etcd Version: 3.4.23" → "3.4.23". */
export function versionIn(output: string): string | undefined {
  const text = /\bv?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(output)?.[1];
  return text === undefined ? undefined : (parse(text) ?? coerce(text))?.version;
}

/** Whether a program of that version will do. */
export function isAccepted(version: string | undefined, range: string): boolean {
  return version !== undefined && satisfies(version, range);
}

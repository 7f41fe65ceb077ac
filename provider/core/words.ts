/**
 * A text of somebody else in one line of a message: without line ends, and without characters that are not seen or turn the order of
 * others around. So nobody can forge a line of ours.
 *
 * @param longest in characters; the rest is cut off
 */
export function inWords(text: string, longest: number): string {
  return text
    .replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, longest);
}

const NAMED = 10;

/** The first ten names of a list, and how many more there are. */
export function firstNames(names: readonly string[]): string {
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
  return names.slice(0, NAMED).join(", ") + more;
}

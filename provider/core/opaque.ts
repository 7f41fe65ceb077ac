/**
 * Opaque values: a scalar the user gave that is unknown in a preview, or secret, travels through rendering as a
 * token in its place. The caller keeps what each token stands for and puts it back into the rendered objects.
 *
 * A token names the property path it came from, so a rendered set is stable from run to run. NUL frames it: no
 * Kubernetes string can hold NUL, and whoever makes tokens refuses it in a user's text, so none can be forged.
 */
const TOKEN = /\0opaque:([^\0]*)\0/g;

/** The key that stands for a whole map that is not known: its value is the token to merge over the rest. */
export const SPREAD = "\0spread\0";

/** The token of the value at a property path. */
export function tokenOf(path: string): string {
  return `\0opaque:${path}\0`;
}

/** True when the value is exactly one token. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("\0opaque:") && tokensIn(value)[0] === value;
}

/** The tokens inside a string, in order. */
export function tokensIn(text: string): readonly string[] {
  return text.includes("\0") ? (text.match(TOKEN) ?? []) : [];
}

/** A string cut at its tokens: plain parts and tokens in order, empty parts left out. */
export function splitTokens(text: string): readonly string[] {
  return text.split(/(\0opaque:[^\0]*\0)/).filter((part) => part !== "");
}

/** The property path a token came from. */
export function pathOf(token: string): string {
  return token.slice("\0opaque:".length, -1);
}

/** Why one signature does not count. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
}

const MAX_LENGTH = 200;

/** A text from a signature as messages show it: on one line, and not endless. */
export function quote(text: string): string {
  const shown = JSON.stringify(text.slice(0, MAX_LENGTH));
  return text.length > MAX_LENGTH ? `${shown} …` : shown;
}

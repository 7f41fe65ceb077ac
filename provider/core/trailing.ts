/**
 * A text without the characters that it ends with. A regular expression for the end of a text is tried anew at each of many such
 * characters within it, which takes seconds for 100,000.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}

import type * as Re2 from "re2js";

/** An expression that must match a whole text. */
export type Regex = (text: string) => boolean;

const MAX_LENGTH = 512;

/** A name without any sign that means something in an expression. */
const LITERAL = /^[\w-]+$/;

/** Why a pattern is not a regular expression. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

/**
 * Reads a regular expression in the syntax in which kustomize reads the fields of a target, RE2, which matches in
 * linear time: https://github.com/google/re2/wiki/Syntax. Throws a RegexError with the reason.
 */
export function parseRegex(pattern: string): Regex {
  if (pattern.length > MAX_LENGTH) {
    throw new RegexError(`it is longer than ${MAX_LENGTH} characters`);
  }
  return LITERAL.test(pattern) ? (text) => text === pattern : compile(pattern);
}

function compile(pattern: string): Regex {
  // Loaded when it is needed: it takes longer to load than most instances to render.
  const { RE2JS, RE2JSException } = require("re2js") as typeof Re2;
  try {
    const compiled = RE2JS.compile(`^(?:${pattern})$`);
    return (text) => compiled.matches(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RegexError(error.message.replace("error parsing regexp: ", ""));
  }
}

// The syntax of RE2, in which kustomize reads the fields of a target, as far as it makes sense for
// names: https://github.com/google/re2/wiki/Syntax. No Unicode classes.
import { readClass, readEscape, type Test } from "./char-class";
import { assertion, char, compile, either, empty, type Fragment, sequence, star } from "./nfa";

/** A compiled expression that must match a whole text. */
export type Regex = (text: string) => boolean;

const maximumLength = 512;
const maximumSize = 2000;
const maximumDepth = 50;

/** Reads a regular expression; throws a RegexError with the reason. */
export function parseRegex(pattern: string): Regex {
  if (pattern.length > maximumLength) throw new RegexError("it is too long");
  return compile(new Parser(pattern).parse());
}

/** Why a pattern is not a regular expression. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

/** A fragment with the number of states that it makes. */
interface Sized {
  readonly fragment: Fragment;
  readonly size: number;
}

class Parser {
  private readonly pattern: string;
  private position = 0;
  private depth = 0;
  private ignoresCase = false;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  parse(): Fragment {
    const { fragment } = this.parseAlternatives();
    if (this.position < this.pattern.length) throw new RegexError(`a ")" has no "("`);
    return fragment;
  }

  private parseAlternatives(): Sized {
    const branches = [this.parseSequence()];
    while (this.take("|")) branches.push(this.parseSequence());
    const size = branches.reduce((sum, branch) => sum + branch.size, 1);
    return limit({ fragment: either(branches.map(({ fragment }) => fragment)), size });
  }

  private parseSequence(): Sized {
    const parts: Sized[] = [];
    while (this.position < this.pattern.length && !/[|)]/.test(this.peek())) {
      parts.push(this.parseRepetition());
    }
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    return limit({ fragment: sequence(parts.map(({ fragment }) => fragment)), size });
  }

  private parseRepetition(): Sized {
    const early = this.takeRepetition();
    if (early !== undefined) throw new RegexError(`"${early}" has nothing to repeat`);
    const body = this.parseAtom();
    const times = this.takeRepetition();
    if (times === undefined) return body;
    this.take("?");
    if (this.takeRepetition() !== undefined) throw new RegexError("a repetition is repeated");
    return repeat(body, ...bounds(times));
  }

  private takeRepetition(): string | undefined {
    return this.takeMatch(/[*+?]|\{\d{1,4}(?:,\d{0,4})?\}/y);
  }

  private parseAtom(): Sized {
    const next = this.peek();
    switch (next) {
      case "(":
        return this.parseGroup();
      case "[":
      case "\\":
        return this.parseSet(next);
      case "^":
        this.position += 1;
        return { fragment: assertion((_, at) => at === 0), size: 1 };
      case "$":
        this.position += 1;
        return { fragment: assertion((text, at) => at === text.length), size: 1 };
      default:
        this.position += next.length;
        return this.one(next === "." ? (c) => c !== "\n" : (c) => c === next);
    }
  }

  private parseSet(opening: "[" | "\\"): Sized {
    const read = opening === "[" ? readClass : readEscape;
    const result = read(this.pattern, this.position);
    if ("problem" in result) throw new RegexError(result.problem);
    this.position = result.end;
    if ("assertion" in result) return { fragment: assertion(result.assertion), size: 1 };
    return this.one(result.test);
  }

  private parseGroup(): Sized {
    if (this.takeMatch(/\(\?<?[=!]/y) !== undefined) {
      throw new RegexError("it looks ahead or behind, which kustomize (RE2) does not have");
    }
    const ignoredCase = this.ignoresCase;
    const opening = this.takeMatch(/\((?:\?P?<\w+>|\?[imsU]*(?:-[imsU]+)?[:)]|(?!\?))/y);
    if (opening === undefined) throw new RegexError(`a group starts with an unknown "(?"`);
    const flags = /^\(\?([imsU]*)(-[imsU]+)?[:)]$/.exec(opening);
    if (flags?.[1]?.includes("i")) this.ignoresCase = true;
    if (flags?.[2]?.includes("i")) this.ignoresCase = false;
    if (flags !== null && opening.endsWith(")")) return { fragment: empty, size: 0 };
    this.depth += 1;
    if (this.depth > maximumDepth) throw new RegexError("its groups are nested too deeply");
    const body = this.parseAlternatives();
    this.depth -= 1;
    if (!this.take(")")) throw new RegexError(`a ")" is missing`);
    this.ignoresCase = ignoredCase;
    return body;
  }

  private one(test: Test): Sized {
    const folded: Test = (c) => test(c) || test(c.toLowerCase()) || test(c.toUpperCase());
    return { fragment: char(this.ignoresCase ? folded : test), size: 1 };
  }

  private peek(): string {
    return String.fromCodePoint(...this.codePoint());
  }

  private codePoint(): readonly number[] {
    const point = this.pattern.codePointAt(this.position);
    return point === undefined ? [] : [point];
  }

  private take(text: string): boolean {
    const found = this.pattern.startsWith(text, this.position);
    if (found) this.position += text.length;
    return found;
  }

  private takeMatch(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.pattern)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }
}

function bounds(times: string): readonly [number, number] {
  if (times === "*") return [0, Infinity];
  if (times === "+") return [1, Infinity];
  if (times === "?") return [0, 1];
  const [least, most] = times.slice(1, -1).split(",").map(Number);
  const least_ = least ?? 0;
  if (!times.includes(",")) return [least_, least_];
  return [least_, times.endsWith(",}") ? Infinity : (most ?? 0)];
}

function repeat({ fragment, size }: Sized, least: number, most: number): Sized {
  if (most < least) throw new RegexError("a repetition ends below its start");
  const copies = most === Infinity ? least + 1 : most;
  limit({ fragment, size: copies * (size + 1) });
  const required = Array.from({ length: least }, () => fragment);
  const optional =
    most === Infinity
      ? [star(fragment)]
      : Array.from({ length: most - least }, () => either([fragment, empty]));
  return { fragment: sequence([...required, ...optional]), size: copies * (size + 1) };
}

function limit(sized: Sized): Sized {
  if (sized.size > maximumSize) throw new RegexError("it is too large");
  return sized;
}

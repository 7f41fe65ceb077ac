// Regular expressions without backtracking, so that no pattern can make matching take long:
// https://swtch.com/~rsc/regexp/regexp1.html

/** One state of an automaton. Only a loop is completed after it was made. */
type State =
  | { readonly type: "char"; readonly accepts: (char: string) => boolean; readonly next: State }
  | { readonly type: "split"; next: readonly State[] }
  | { readonly type: "assert"; readonly holds: Assertion; readonly next: State }
  | { readonly type: "match" };

/** Whether a position of the text fulfils `^`, `$` or `\b`. */
export type Assertion = (text: readonly string[], position: number) => boolean;

/** A piece of an expression: given what follows, the state that it starts with. */
export type Fragment = (next: State) => State;

export const empty: Fragment = (next) => next;

export const char =
  (accepts: (char: string) => boolean): Fragment =>
  (next) => ({ type: "char", accepts, next });

export const assertion =
  (holds: Assertion): Fragment =>
  (next) => ({ type: "assert", holds, next });

export const sequence =
  (parts: readonly Fragment[]): Fragment =>
  (next) =>
    parts.reduceRight((following, part) => part(following), next);

export const either =
  (branches: readonly Fragment[]): Fragment =>
  (next) => ({ type: "split", next: branches.map((branch) => branch(next)) });

export const star =
  (body: Fragment): Fragment =>
  (next) => {
    const loop: State = { type: "split", next: [] };
    loop.next = [body(loop), next];
    return loop;
  };

/** A test whether the expression matches a whole text. */
export function compile(expression: Fragment): (text: string) => boolean {
  const match: State = { type: "match" };
  const start = expression(match);
  return (text) => {
    const chars = Array.from(text);
    let current = reachable([start], chars, 0);
    chars.forEach((char, position) => {
      const next = [...current].flatMap((state) =>
        state.type === "char" && state.accepts(char) ? [state.next] : [],
      );
      current = reachable(next, chars, position + 1);
    });
    return current.has(match);
  };
}

/** The states that are reached without reading a character. */
function reachable(from: readonly State[], text: readonly string[], position: number): Set<State> {
  const seen = new Set<State>();
  const pending = [...from];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    if (state.type === "split") pending.push(...state.next);
    if (state.type === "assert" && state.holds(text, position)) pending.push(state.next);
  }
  return seen;
}

/** What combined signals depend on, as long as they are there themselves. */
const sources = new WeakMap<AbortSignal, readonly AbortSignal[]>();

/**
 * A signal that is aborted with the first of others; what is undefined does not count.
 *
 * After `AbortSignal.any` alone, Node.js 20 collects a timeout that nothing else refers to, so that its time never comes
 * (https://github.com/nodejs/node/pull/57867), and Node.js 24 has lost other aborts alike
 * (https://github.com/nodejs/node/issues/65995).
 */
export function firstOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const given = signals.filter((signal) => signal !== undefined);
  // eslint-disable-next-line no-restricted-properties -- what it depends on is kept
  const first = AbortSignal.any(given);
  sources.set(first, given);
  return first;
}

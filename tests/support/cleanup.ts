type Act = () => void | Promise<void>;

/**
 * What the surrounding suite does when it ends, the last one first. A suite that is skipped half way through its start ends what it
 * has started, and nothing else.
 */
export function useCleanup(): (act: Act) => void {
  const acts: Act[] = [];
  after(async () => {
    for (const act of acts.toReversed()) await act();
  });
  return (act) => {
    acts.push(act);
  };
}

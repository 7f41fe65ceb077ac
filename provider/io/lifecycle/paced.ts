/** How often a line of progress is shown, in milliseconds. */
export const NEWS = 10_000;

/** Shows a line every 10 seconds at most; the first one after 10 seconds. */
export function paced(show: (line: string) => void): (line: () => string) => void {
  let last = Date.now();
  return (line) => {
    if (Date.now() - last < NEWS) return;
    last = Date.now();
    show(line());
  };
}

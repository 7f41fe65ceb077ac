/** Receives one line for people at a time. */
export type Log = (line: string) => void;

/** Writes to standard error, so that standard output stays free for results. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

const reportEvery = 25_000;

/** "48 s" or "3 min 20 s". */
export function printDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

/** Runs work, and says that it began, that it still runs, and how long it took. */
export async function withProgress<T>(
  log: Log,
  title: string,
  expected: string,
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const elapsed = (): string => printDuration(Date.now() - start);
  log(`${title} (${expected}) …`);
  const ticker = setInterval(() => {
    log(`  … still at it after ${elapsed()}`);
  }, reportEvery);
  try {
    const result = await work();
    log(`  done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

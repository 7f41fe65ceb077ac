/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly goal: string;
}

/** CPU milliseconds of this process that a function takes, the median of some runs. */
export async function cpuMilliseconds(runs: number, run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1_000);
  }
  return median(times);
}

/** Seconds that a function takes by the clock. */
export async function seconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1_000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A figure of the bundle, and what it is of the same without bundling. */
export function compared(bundled: number, unbundled: number, unit: string): string {
  const digits = bundled < 10 ? 2 : 0;
  const ratio = (bundled / unbundled).toFixed(2);
  return `${bundled.toFixed(digits)} ${unit} (${ratio} of unbundled)`;
}

/** The figures as a Markdown table. */
export function printFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, goal }) => `| ${what} | ${value} | ${goal} |`);
  return ["| what | measured | goal |", "| --- | --- | --- |", ...rows].join("\n");
}

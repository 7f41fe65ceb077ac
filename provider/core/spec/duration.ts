/** A Go duration as the FluxInstance CRD takes it: one or more numbers with unit, without sign. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The length of a Go duration in milliseconds. */
export function parseDuration(text: string): number {
  let total = 0;
  for (const [, number = "", unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(number) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  }
  return total;
}

/**
 * A duration the way Go prints it (`1m` is `1m0s`, `90s` is `1m30s`, `0.5s` is `500ms`), which is what the API server
 * gives back, so that a refresh shows no difference. https://pkg.go.dev/time#Duration.String
 */
export function printDuration(text: string): string {
  const total = parseDuration(text);
  if (total === 0) return "0s";
  if (total < 1) return `${Number((total * 1_000).toFixed(3))}µs`;
  if (total < 1_000) return `${total}ms`;
  const hours = Math.floor(total / MILLISECONDS.h);
  const minutes = Math.floor((total % MILLISECONDS.h) / MILLISECONDS.m);
  const seconds = Number(((total % MILLISECONDS.m) / 1_000).toFixed(6));
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "";
  return `${head}${seconds}s`;
}

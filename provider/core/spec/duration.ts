/** A Go duration as the FluxInstance CRD takes it: one or more numbers with unit, without sign. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

const NANOSECONDS = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

/** Go keeps a duration in 64 bits with sign. */
const LONGEST = 2n ** 63n - 1n;

/**
 * The length of a Go duration in nanoseconds; undefined when Go can't hold it. What is less than a nanosecond is
 * dropped, part by part, as in https://pkg.go.dev/time#ParseDuration.
 */
export function parseDuration(text: string): bigint | undefined {
  let total = 0n;
  for (const [, whole = "", fraction = "", unit] of text.matchAll(/(\d+)(?:\.(\d+))?(ms|s|m|h)/g)) {
    const length = NANOSECONDS[unit as keyof typeof NANOSECONDS];
    // Go counts a fraction in floating point: 0.3h is 18m0s, 0.1234567891s is 123.456789ms.
    const part = Math.floor(Number(fraction) * (length / 10 ** fraction.length));
    total += BigInt(whole) * BigInt(length) + BigInt(part);
  }
  return total > LONGEST ? undefined : total;
}

/**
 * A duration the way Go prints it (`1m` is `1m0s`, `90s` is `1m30s`, `0.5s` is `500ms`), which is what the API server
 * gives back, so that a refresh shows no difference. https://pkg.go.dev/time#Duration.String
 *
 * @returns the text itself where it is no duration
 */
export function printDuration(text: string): string {
  const total = parseDuration(text);
  if (total === undefined) return text;
  if (total === 0n) return "0s";
  if (total < 1_000n) return `${total}ns`;
  if (total < 1_000_000n) return `${decimal(total, 3)}µs`;
  if (total < 1_000_000_000n) return `${decimal(total, 6)}ms`;
  const minutes = total / BigInt(NANOSECONDS.m);
  const seconds = `${decimal(total % BigInt(NANOSECONDS.m), 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A whole number of units of 10^-places, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const whole = digits.slice(0, -places);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

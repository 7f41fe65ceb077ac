const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?$/;

/**
 * A plain scalar that go.yaml.in/yaml/v3 takes for a point in time, in the form in which it then writes it (RFC 3339:
 * `2026-01-01` is `2026-01-01T00:00:00Z`); undefined for any other text.
 * https://github.com/yaml/go-yaml/blob/v3.0.4/resolve.go
 */
export function readTimestamp(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", sign, hour = "0", minute = "0", second = "0"] = match;
  const [fraction = "", zone] = match.slice(8);
  // With a "T" the zone must be there, with a space it must not.
  if (sign !== undefined && (sign === " ") !== (zone === undefined)) return undefined;
  const parts = [month, day, hour, minute, second].map(Number);
  const [m = 0, d = 0, ...time] = parts;
  const daysInMonth = m < 1 || m > 12 ? 0 : new Date(Date.UTC(Number(year), m, 0)).getUTCDate();
  if (d < 1 || d > daysInMonth || time.some((part, index) => part > (index === 0 ? 23 : 59))) {
    return undefined;
  }
  const [mm, dd, ...clock] = parts.map((part) => String(part).padStart(2, "0"));
  const rest = fraction.slice(0, 9).replace(/0+$/, "");
  const offset = zone === undefined || /^[-+]00:00$/.test(zone) ? "Z" : zone;
  return `${year}-${mm}-${dd}T${clock.join(":")}${rest === "" ? "" : `.${rest}`}${offset}`;
}

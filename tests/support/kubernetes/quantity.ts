/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** True when both are quantities of the same size: the API server answers `1` to `1000m`. */
export function sameQuantity(one: unknown, other: unknown): boolean {
  const [a, b] = [valueOf(one), valueOf(other)];
  if (a === undefined || b === undefined) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function valueOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const match = typeof value === "string" ? QUANTITY.exec(value) : null;
  if (match === null) return undefined;
  const [, digits = "", exponent = "0", suffix = ""] = match;
  return Number(digits) * 10 ** Number(exponent) * factorOf(suffix);
}

function factorOf(suffix: string): number {
  const binary = BINARY.indexOf(suffix);
  return binary < 0 ? 10 ** (3 * (DECIMAL.indexOf(suffix) - 3)) : 1024 ** (binary + 1);
}

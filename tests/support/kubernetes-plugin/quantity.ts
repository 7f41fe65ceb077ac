// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const quantity = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** The number that a Kubernetes quantity means, else undefined. */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const match = typeof value === "string" ? quantity.exec(value) : null;
  if (match === null) return undefined;
  const [, digits = "", exponent = "0", suffix = ""] = match;
  return Number(digits) * 10 ** Number(exponent) * (suffixes[suffix] ?? 1);
}

/** True when both are quantities of the same size, however spelled. */
export function sameQuantity(one: unknown, other: unknown): boolean {
  const a = parseQuantity(one);
  const b = parseQuantity(other);
  if (a === undefined || b === undefined) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

const holders = new Set(["limits", "requests", "hard", "capacity", "overhead", "allocatable"]);
const quantityKeys = new Set(["sizeLimit", "divisor", "averageValue"]);

/** True for a path at which the Kubernetes API has a quantity. */
export function isQuantityPath(path: readonly (string | number)[]): boolean {
  const [parent, key] = path.slice(-2);
  return (
    (typeof parent === "string" && holders.has(parent)) ||
    (typeof key === "string" && quantityKeys.has(key))
  );
}

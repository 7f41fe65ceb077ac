/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^\+?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/;

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/** Whether a quantity is less than another one; not where one of them is none. */
export function isSmaller(one: string, other: string): boolean {
  const [a, b] = [valueOf(one), valueOf(other)];
  return a !== undefined && b !== undefined && a < b;
}

/** The number that a quantity stands for. */
function valueOf(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * factorOf(match[2] ?? "");
}

function factorOf(suffix: string): number {
  const binary = BINARY.indexOf(suffix);
  if (binary >= 0) return 1024 ** (binary + 1);
  const decimal = DECIMAL.indexOf(suffix);
  return decimal >= 0 ? 10 ** (3 * (decimal - 3)) : Number(`1${suffix}`);
}

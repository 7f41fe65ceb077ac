/** True when one property path is the other, or lies below it: `sync` and `sync.url`, not `sync` and `synced`. */
export function overlap(left: string, right: string): boolean {
  return isAtOrBelow(left, right) || isAtOrBelow(right, left);
}

function isAtOrBelow(path: string, above: string): boolean {
  if (above === "" || path === above) return true;
  return path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

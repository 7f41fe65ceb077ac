/** How often the parent is looked at; an engine that was killed leaves its plugins behind for that long. */
const INTERVAL_MS = 1_000;

/**
 * Ends this process when its parent is gone. An engine that ends by itself ends its plugins; one that was killed can't,
 * and a plugin without an engine would stay for ever.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, INTERVAL_MS).unref();
}

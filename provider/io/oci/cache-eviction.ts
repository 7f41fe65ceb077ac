import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** The folder in the cache for what is being written. */
export const UNFINISHED = "unfinished";

/** How much is kept, and for how long after it was used last. */
export const BOUNDS = {
  bytes: 512 * 1024 * 1024,
  unused: 90 * DAY,
  /** What was used so lately is kept beyond the size too: a process may be at work with it. */
  recent: 2 * DAY,
  /** How often at most a use is noted; well below `recent`, so that what is read now counts as recent. */
  noted: DAY,
  /** What is being written for longer was left by a process that was killed. */
  unfinished: HOUR,
} as const;

interface Entry {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since it was written or used. */
  readonly age: number;
}

/**
 * Brings the cache below its bounds: the least recently used goes first. It decides by the modification times alone,
 * which every process keeps, so that processes can do this at once and none takes away what another one just read.
 */
export async function tidy(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== UNFINISHED);
  const entries = (await Promise.all(names.map((name) => entriesIn(join(folder, name))))).flat();
  const left = (await entriesIn(join(folder, UNFINISHED))).filter(
    ({ age }) => age > BOUNDS.unfinished,
  );
  for (const { file } of [...left, ...tooMuch(entries)]) await removeIfPossible(file);
}

/** The entries beyond the bounds. */
function tooMuch(entries: readonly Entry[]): readonly Entry[] {
  let total = 0;
  return [...entries]
    .sort((a, b) => a.age - b.age)
    .filter(({ age, bytes }) => {
      total += bytes;
      return age > BOUNDS.recent && (age > BOUNDS.unused || total > BOUNDS.bytes);
    });
}

/** The files of one folder; those that vanish meanwhile are left out. */
async function entriesIn(folder: string): Promise<readonly Entry[]> {
  const now = Date.now();
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name): Promise<readonly Entry[]> => {
      const file = join(folder, name);
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile() !== true) return [];
      return [{ file, bytes: found.size, age: now - found.mtimeMs }];
    }),
  );
  return entries.flat();
}

/** Notes that a file was used, where that was not noted for a day; what can't be noted is evicted sooner. */
export async function markUsed(file: string): Promise<void> {
  try {
    const now = Date.now();
    if (now - (await stat(file)).mtimeMs < BOUNDS.noted) return;
    await utimes(file, new Date(now), new Date(now));
  } catch {
    // Removed by another process, or in a folder that can't be written.
  }
}

/** Another process may be removing it too, or have it open, which Windows does not allow to be removed. */
async function removeIfPossible(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}

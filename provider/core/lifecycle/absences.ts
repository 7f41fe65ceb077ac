import { isObject } from "../manifest";

/**
 * How often an object of the instance was found missing in the cluster, by its key; an object that never was has no entry. An engine
 * does not create again what is in its state, so a child is replaced when its count has changed.
 */
export type Absences = Readonly<Record<string, number>>;

/** Narrows a value to counts; what is none is left out. */
export function toAbsences(value: unknown): Absences {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] > 0,
    ),
  );
}

/**
 * Counts once more what is missing now.
 *
 * @param known the counts of the state and of the owner record: where one of them was lost, the other one counts on
 * @param missing the keys of objects
 */
export function countAbsences(known: readonly Absences[], missing: readonly string[]): Absences {
  const counts = new Map<string, number>();
  for (const [key, count] of known.flatMap((absences) => Object.entries(absences))) {
    counts.set(key, Math.max(count, counts.get(key) ?? 0));
  }
  for (const key of missing) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

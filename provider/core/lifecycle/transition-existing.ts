import type { Problem } from "../problem";
import { takeOverCommand } from "./claim";
import { isId } from "./marks";
import { idOf, isGoing, ownerOf, printReference, type Existing } from "./ownership";

const LONGEST_LIST = 10;

/**
 * Refuses objects of other instances.
 *
 * @param existing the rendered objects that the cluster has
 * @param owner the id of the instance
 */
export function problemsOfOthers(existing: readonly Existing[], owner: string): readonly Problem[] {
  const others = new Set(existing.flatMap(({ live }) => idOf(live) ?? []));
  others.delete(owner);
  return [...others].map((id) =>
    othersProblem(
      existing.filter(({ live }) => idOf(live) === id),
      id,
    ),
  );
}

/**
 * Refuses objects of no instance that are being deleted, or that may not be taken over without the user's word.
 *
 * @param existing the rendered objects that the cluster has
 */
export function problemsOfForeign(
  existing: readonly Existing[],
  adopt: boolean,
): readonly Problem[] {
  const foreign = existing.filter(({ live }) => idOf(live) === undefined);
  return [
    ...(adopt ? [] : foreignProblem(foreign)),
    ...goingProblem(foreign.filter(({ live }) => isGoing(live))),
  ];
}

/** The objects of an instance that are being deleted; they are waited for, and never patched. */
export function goingOf<E extends Existing>(existing: readonly E[], owner: string): readonly E[] {
  return existing.filter(({ live }) => isGoing(live) && idOf(live) === owner);
}

function foreignProblem(foreign: readonly Existing[]): readonly Problem[] {
  if (foreign.length === 0) return [];
  const reason =
    `Already in the cluster, and not from this stack: ${printList(foreign)}. Owned by ${printOwners(foreign)}. ` +
    "Set `adopt: true` to take them over in place, without a restart of Flux; or remove them first.";
  return [{ path: "adopt", reason }];
}

function goingProblem(going: readonly Existing[]): readonly Problem[] {
  if (going.length === 0) return [];
  const reason =
    `Being deleted, and not from this stack: ${printList(going)}. Nothing was changed; wait until they are gone, or remove ` +
    "the finalizers that hold them, then run again.";
  return [{ path: "", reason }];
}

function othersProblem(theirs: readonly Existing[], id: string): Problem {
  const name = isId(id) ? id : JSON.stringify(id);
  const reason =
    `These objects belong to another FluxInstance, with the id ${name}: ${printList(theirs)}. Nothing was changed, and ` +
    `\`adopt\` does not take them over. If that instance no longer exists, run \`${takeOverCommand(id)}\`.`;
  return { path: "", reason };
}

/** Up to ten objects by name, and how many more. */
function printList(existing: readonly Existing[]): string {
  const names = existing.map(({ reference }) => printReference(reference));
  const more = names.length - LONGEST_LIST;
  return names.slice(0, LONGEST_LIST).join(", ") + (more > 0 ? ` and ${more} more objects` : "");
}

/** The owners, the one of most objects first. */
function printOwners(existing: readonly Existing[]): string {
  const counts = new Map<string, number>();
  for (const owner of existing.map(({ live }) => ownerOf(live))) {
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, LONGEST_LIST)
    .map(([owner, count]) => `${owner}: ${count} ${count === 1 ? "object" : "objects"}`)
    .join("; ");
}

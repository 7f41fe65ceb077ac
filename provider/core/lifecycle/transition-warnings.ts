import { firstNames } from "../words";
import { keyOf, printReference } from "./ownership";
import type { DeletionPolicy } from "./plan";
import { removedComponents, type Change, type SyncChoice } from "./transition";

/** What of a change the user should know before it happens. */
export function warningsOf(change: Change, counts: string | undefined): readonly string[] {
  return [
    ...missingWarning(change),
    ...removedComponentsWarning(change, counts),
    ...removedSyncWarning(change),
  ];
}

function missingWarning({ old, next }: Change): readonly string[] {
  const missing = next.objects.filter((object) => {
    const key = keyOf(object);
    return (next.absences[key] ?? 0) > (old.absences[key] ?? 0);
  });
  if (missing.length === 0) return [];
  return [
    `Missing in the cluster, and created again: ${firstNames(missing.map(printReference))}. Somebody has deleted them, or an ` +
      "update or destroy was interrupted.",
  ];
}

/**
 * @param counts the custom resources of the components' kinds, for example "3 Alert, 1 Receiver"; empty where there are none,
 *   undefined where they can't be counted
 */
function removedComponentsWarning(change: Change, counts: string | undefined): readonly string[] {
  const removed = removedComponents(change);
  if (removed.length === 0) return [];
  const objects = counts ?? "all objects of their kinds (they can't be counted)";
  const names = `components: ${removed.join(", ")} will be removed.`;
  if (objects === "") return [`${names} There are no objects of their kinds.`];
  return [`${names} ${OUTCOMES[change.old.deletionPolicy](objects)}`];
}

/** The policy of the last update counts: what is removed is not told the new one. */
const OUTCOMES: Readonly<Record<DeletionPolicy, (objects: string) => string>> = {
  Uninstall: (objects) =>
    `With their CRDs these are deleted in all namespaces: ${objects}. What Flux has deployed by them stays. To keep ` +
    'them, first run an update with deletionPolicy "KeepCRDs".',
  KeepCRDs: (objects) =>
    `By deletionPolicy "KeepCRDs" their CRDs and these stay, without Flux's finalizers: ${objects}.`,
  Retain: (objects) =>
    `By deletionPolicy "Retain" everything of them stays in the cluster: ${objects}.`,
};

function removedSyncWarning({ old, next }: Change): readonly string[] {
  if (old.sync === undefined || next.sync !== undefined) return [];
  if (old.deletionPolicy !== "Uninstall") return [keptSync(old.sync, old.deletionPolicy)];
  const name = `sync: Kustomization ${old.sync.name} will be removed.`;
  return [
    old.sync.deletionPolicy === "Prune"
      ? `${name} By sync.deletionPolicy "Prune" Flux deletes everything that it has deployed. To keep that, first run ` +
        'an update with sync.deletionPolicy "Orphan".'
      : `${name} By sync.deletionPolicy "Orphan" everything that it has deployed stays, and nobody updates it any more.`,
  ];
}

/** The objects stay with their CRDs, so nothing that they have deployed goes. */
function keptSync({ name, deletionPolicy }: SyncChoice, policy: DeletionPolicy): string {
  const outcome =
    deletionPolicy === "Prune"
      ? "Flux goes on with it, and nothing in the program changes it any more."
      : "suspended, with everything that it has deployed.";
  return `sync: by deletionPolicy "${policy}" Kustomization ${name} stays in the cluster: ${outcome}`;
}

import type { Problem } from "../problem";
import { OWNER_ANNOTATION } from "./marks";
import { instanceOf, ownerOf, printReference, type Existing } from "./ownership";

/** How an instance may meet objects that are there before it. */
export interface Takeover {
  /** The URN of the component. */
  readonly urn: string;
  readonly adopt: boolean;
  /** Whether the Kubernetes provider of the children takes over existing objects. */
  readonly upsert: boolean;
}

const LONGEST_LIST = 10;

const LINES =
  "set `upsertExistingObjects: true` and `enablePatchForce: true` on the Kubernetes provider that is passed in " +
  "`providers`; for the default provider run `pulumi config set kubernetes:upsertExistingObjects true` and " +
  "`pulumi config set kubernetes:enablePatchForce true`";

/**
 * Refuses objects that may not be taken over, or not without the user's word.
 *
 * @param existing the new objects of the instance that the cluster has already
 */
export function problemsOfExisting(
  existing: readonly Existing[],
  takeover: Takeover,
): readonly Problem[] {
  const instance = ({ live }: Existing) => instanceOf(live);
  const own = existing.filter((it) => instance(it) === takeover.urn);
  const foreign = existing.filter((it) => instance(it) === undefined);
  const others = [...new Set(existing.map(instance))].filter(
    (urn) => urn !== undefined && urn !== takeover.urn,
  );
  return [
    ...others.flatMap((urn) =>
      othersProblem(
        existing.filter((it) => instance(it) === urn),
        urn ?? "",
        takeover.urn,
      ),
    ),
    ...(takeover.adopt ? [] : foreignProblem(foreign)),
    ...(takeover.adopt || takeover.upsert ? [] : ownProblem(own)),
    ...(takeover.adopt && !takeover.upsert ? upsertProblem([...own, ...foreign]) : []),
  ];
}

function foreignProblem(foreign: readonly Existing[]): readonly Problem[] {
  if (foreign.length === 0) return [];
  const reason =
    `Already in the cluster, and not from this stack: ${printList(foreign)}. Owned by ${printOwners(foreign)}. ` +
    "Set `adopt: true` to take them over in place, without a restart of Flux; or remove them first.";
  return [{ path: "adopt", reason }];
}

function ownProblem(own: readonly Existing[]): readonly Problem[] {
  if (own.length === 0) return [];
  const reason = `Already in the cluster, made by this instance, and not in its state, as when that was lost: ${printList(own)}. Set \`adopt: true\`, or ${LINES}.`;
  return [{ path: "adopt", reason }];
}

function upsertProblem(existing: readonly Existing[]): readonly Problem[] {
  if (existing.length === 0) return [];
  const reason =
    `Already in the cluster, where the Kubernetes provider would refuse to create them: ${printList(existing)}. ` +
    `With \`adopt: true\`, ${LINES}.`;
  return [{ path: "adopt", reason }];
}

function othersProblem(theirs: readonly Existing[], urn: string, ours: string): readonly Problem[] {
  const remedy = isNeighbour(urn, ours)
    ? `When this is the same instance under another name or parent, give it \`aliases: ["${urn}"]\`. Else keep one of ` +
      "them: one cluster can have one Flux"
    : `Keep only one of them: run \`pulumi destroy\` in stack ${stackOf(urn)}`;
  const reason =
    `Of another FluxInstance, ${urn}, and never taken from it: ${printList(theirs)}. ${remedy}. When that ` +
    `instance is gone, remove the annotation ${OWNER_ANNOTATION} from the objects.`;
  return [{ path: "", reason }];
}

/** Whether both are in the same stack of the same project. */
function isNeighbour(one: string, other: string): boolean {
  return stackOf(one) === stackOf(other);
}

/** `project/stack` of a URN: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
function stackOf(urn: string): string {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return `${project}/${stack}`;
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

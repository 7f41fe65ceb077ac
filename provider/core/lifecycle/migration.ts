import { servedVersionsOf, storageVersionOf, type Definition } from "./definitions";
import type { LiveDefinition } from "./migration-definition";
import type { Carrying } from "./migration-fields";

/** When a migration runs: before the CustomResourceDefinitions are updated, or after. */
export type Stage = "before" | "after";

/** Write objects of a kind as they are, so that they are stored anew. */
export interface Rewrite extends Carrying {
  readonly type: "rewrite";
  /** The name of the definition. */
  readonly name: string;
  readonly plural: string;
  /** A version that every API server has served for a while. */
  readonly readAt: string;
  /** All objects; otherwise only those with owners of fields at versions that go. */
  readonly all: boolean;
}

/** One step of a migration; each may be repeated. `name` is that of a definition. */
export type Action =
  /** The definition stores at this version from now on; one that it has not got is added. */
  | { readonly type: "store"; readonly name: string; readonly version: string }
  /** Every API server learns of the new storage versions: those of this plan, or of an update just before. */
  | { readonly type: "settle" }
  | Rewrite
  /** The definition forgets every other stored version. */
  | {
      readonly type: "forget";
      readonly name: string;
      readonly version: string;
      readonly readAt: string;
    };

/** The steps in order, and the definitions that need some but are left alone. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly leftAlone: readonly Definition[];
}

/** A definition as it is rendered, and as the cluster has it. */
export interface Pair {
  readonly rendered: Definition;
  readonly live: LiveDefinition;
}

/**
 * What definitions in a cluster need so that the rendered ones can replace them (before), or so that their objects are
 * at their storage version only (after). The API server refuses a definition that drops a stored version. It also
 * refuses to apply an object that has an owner of fields at a version that is gone ("request to convert CR to an invalid
 * group/version"), so owners move along.
 *
 * A definition that is not the rendered one's, or is on its way out, needs nothing; one whose objects are converted by
 * a webhook is left alone.
 *
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version
 */
export function planMigration(stage: Stage, pairs: readonly Pair[]): Plan {
  const plans = pairs.filter(isOurs).map((pair) => planOne(stage, pair));
  const actions = plans.flatMap((plan) => plan.actions);
  const stores = actions.filter(({ type }) => type === "store");
  const others = actions.filter(({ type }) => type !== "store");
  const storesAnew = actions.some((action) => action.type === "rewrite" && action.all);
  const settle: readonly Action[] = storesAnew ? [{ type: "settle" }] : [];
  return {
    actions: [...stores, ...settle, ...others],
    leftAlone: plans.flatMap(({ leftAlone }) => leftAlone),
  };
}

function planOne(stage: Stage, { rendered, live }: Pair): Plan {
  const { name, group, plural, stored, convertsByWebhook } = live;
  const goal = stage === "before" ? rendered : live;
  const former = storageVersionOf(live);
  const version = namesOf(goal).includes(former) ? former : storageVersionOf(goal);
  const remaining = stage === "before" ? namesOf(goal) : [version];
  const all = stored.some((other) => !remaining.includes(other));
  if (convertsByWebhook) return { actions: [], leftAlone: all ? [rendered] : [] };
  const kept = [...new Set([version, ...servedVersionsOf(goal)])];
  const served = servedVersionsOf(live);
  const readAt = served.includes(former) ? former : (served[0] ?? former);
  const actions: readonly Action[] = [
    ...(version === former ? [] : [{ type: "store", name, version } as const]),
    { type: "rewrite", name, group, plural, version, kept, readAt, all },
    ...(all ? [{ type: "forget", name, version, readAt } as const] : []),
  ];
  return { actions, leftAlone: [] };
}

function isOurs({ rendered, live }: Pair): boolean {
  const { name, group, plural, kind } = rendered;
  const isOfFlux = group.endsWith(".fluxcd.io") && name === `${plural}.${group}`;
  const isSame = live.name === name && live.group === group && live.kind === kind;
  return isOfFlux && isSame && !live.isBeingDeleted;
}

function namesOf({ versions }: Definition): readonly string[] {
  return versions.map(({ name }) => name);
}

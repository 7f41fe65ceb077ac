import { finalizersOfOthers, hasFinalizer } from "../../core/lifecycle/finalizers";
import type { FluxKind } from "../../core/lifecycle/kinds";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { nameOf, printObject } from "../cluster/paths";
import { presentKinds, type PresentKind } from "./uninstall-objects";

/** How many objects a message names. */
export const NAMED = 3;

/** The finalizers on the custom resources of a kind. There may be many, so the objects themselves are not kept. */
export interface Tally {
  readonly kind: PresentKind;
  readonly found: number;
  /** Objects with Flux's finalizer. */
  readonly held: number;
  /** The namespaces of those. */
  readonly namespaces: ReadonlySet<string | undefined>;
  /** Objects with finalizers of somebody else. */
  readonly heldByOthers: number;
  /** The first of those, with their finalizers. */
  readonly named: readonly string[];
}

/**
 * Counts the custom resources of some kinds in all namespaces, page by page.
 *
 * @param limit objects in one page
 * @throws ClusterError
 */
export async function tally(
  cluster: Cluster,
  kinds: readonly FluxKind[],
  limit?: number,
): Promise<readonly Tally[]> {
  const present = await presentKinds(cluster, kinds);
  return await Promise.all(present.map((kind) => tallyOf(cluster, kind, limit)));
}

/** The custom resources of a kind, as far as their metadata. */
export function listOf(
  cluster: Cluster,
  kind: PresentKind,
  limit?: number,
): AsyncGenerator<JsonObject> {
  return cluster.list(kind, { metadataOnly: true, ...(limit === undefined ? {} : { limit }) });
}

async function tallyOf(cluster: Cluster, kind: PresentKind, limit?: number): Promise<Tally> {
  const namespaces = new Set<string | undefined>();
  const named: string[] = [];
  let [found, held, heldByOthers] = [0, 0, 0];
  for await (const object of listOf(cluster, kind, limit)) {
    found += 1;
    if (hasFinalizer(object)) {
      held += 1;
      namespaces.add(nameOf(object).namespace);
    }
    const others = finalizersOfOthers(object);
    if (others.length === 0) continue;
    heldByOthers += 1;
    const name = `${kind.kind} ${printObject(object)} (${others.join(", ")})`;
    if (named.length < NAMED) named.push(name);
  }
  return { kind, found, held, namespaces, heldByOthers, named };
}

import { listAt, objectAt } from "../../core/deployment";
import { definitionOf, type FluxKind } from "../../core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { collect } from "../cluster/list";
import { pathOfType, printType, withQuery, type ResourceType } from "../cluster/paths";
import { DEFINITIONS } from "../cluster/types";

/** A kind that a cluster has, and the version it is asked in. */
export interface PresentKind extends FluxKind, ResourceType {}

/** The custom resources of a kind, as far as their metadata. */
export interface Found {
  readonly kind: PresentKind;
  readonly objects: readonly JsonObject[];
}

/**
 * The kinds that a cluster has. One version is enough, as metadata is the same in all; a kind that is not served in any
 * can't have objects that hang.
 *
 * @throws ClusterError
 */
export async function presentKinds(
  cluster: Cluster,
  kinds: readonly FluxKind[],
): Promise<readonly PresentKind[]> {
  const asked = await Promise.all(
    kinds.map(async (kind) => {
      const definition = await cluster.get(DEFINITIONS, { name: definitionOf(kind) });
      const version = servedVersion(definition);
      return version === undefined ? [] : [{ ...kind, version }];
    }),
  );
  return asked.flat();
}

/**
 * All custom resources of some kinds, in all namespaces.
 *
 * @param limit objects in one page
 * @throws ClusterError
 */
export async function findObjects(
  cluster: Cluster,
  kinds: readonly FluxKind[],
  limit?: number,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const page = limit === undefined ? {} : { limit };
  for (const kind of await presentKinds(cluster, kinds)) {
    const objects = await collect(cluster.list(kind, { metadataOnly: true, ...page }));
    found.push({ kind, objects });
  }
  return found;
}

/**
 * How many custom resources of a kind there are, by one request.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/ (remainingItemCount)
 *
 * @throws ClusterError
 */
export async function countObjects(cluster: Cluster, kind: FluxKind): Promise<number> {
  const [present] = await presentKinds(cluster, [kind]);
  if (present === undefined) return 0;
  const path = withQuery(pathOfType(present), { limit: 1 });
  const what = `count ${printType(present)}`;
  try {
    const page = await cluster.session.sendForObject(what, { method: "GET", path });
    const remaining = objectAt(page, "metadata")["remainingItemCount"];
    return listAt(page, "items").length + (typeof remaining === "number" ? remaining : 0);
  } catch (error) {
    if (isClusterError(error, "not-found")) return 0;
    throw error;
  }
}

/** `12 Kustomization, 3 HelmRelease`; empty where there are none. */
export function printCounts(found: readonly Found[]): string {
  return found
    .filter(({ objects }) => objects.length > 0)
    .map(({ kind, objects }) => `${objects.length} ${kind.kind}`)
    .join(", ");
}

/** The version in which objects are stored where it is served, else any that is. */
function servedVersion(definition: JsonObject | undefined): string | undefined {
  const spec = isObject(definition?.["spec"]) ? definition["spec"] : {};
  const versions = Array.isArray(spec["versions"]) ? spec["versions"] : [];
  const served = versions
    .filter((version) => isObject(version))
    .filter(({ served }) => served === true);
  const name = (served.find(({ storage }) => storage === true) ?? served[0])?.["name"];
  return typeof name === "string" ? name : undefined;
}

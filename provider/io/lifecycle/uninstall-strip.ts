import { hasFinalizer, stripOperations } from "../../core/lifecycle/finalizers";
import type { FluxKind } from "../../core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { ClusterError, isClusterError } from "../cluster/error";
import { forEach } from "../cluster/parallel";
import { nameOf, printType, type ResourceType } from "../cluster/paths";
import { paced } from "./paced";
import type { PresentKind } from "./uninstall-objects";
import { listOf, tally, type Tally } from "./uninstall-tally";

const AT_ONCE = 10;
/** Objects that appear while others are stripped are found in the next round. */
const ROUNDS = 4;

const ACCESS_REVIEWS = {
  group: "authorization.k8s.io",
  version: "v1",
  plural: "selfsubjectaccessreviews",
};

/** How many objects of a kind there were, and from how many the finalizer was taken. */
export interface Stripped {
  readonly kind: FluxKind;
  readonly found: number;
  readonly stripped: number;
}

/** How a strip goes about it. */
export interface Stripping {
  /** Objects in one page. */
  readonly limit?: number;
  /** Shows a line of progress. */
  readonly show?: (line: string) => void;
}

/**
 * Takes Flux's finalizer from all custom resources of some kinds, in all namespaces, so that they and their
 * definitions can be deleted without their controller. Their controllers must not run. Nothing is stripped when one
 * of the kinds may not be listed or patched.
 *
 * @throws ClusterError
 */
export async function stripFinalizers(
  cluster: Cluster,
  kinds: readonly FluxKind[],
  { limit, show = () => undefined }: Stripping = {},
): Promise<readonly Stripped[]> {
  const first = await tally(cluster, kinds, limit);
  const stripped = new Map<string, number>();
  const news = paced(show);
  let left = first.filter(({ held }) => held > 0);
  for (let round = 1; left.length > 0; round += 1) {
    if (round > ROUNDS) throw comesBack(cluster, left);
    for (const one of left) await requirePatch(cluster, one);
    for (const { kind, held } of left) {
      await forEach(listOf(cluster, kind, limit), AT_ONCE, async (object) => {
        if (!(await stripObject(cluster, kind, object))) return;
        const count = (stripped.get(kind.kind) ?? 0) + 1;
        stripped.set(kind.kind, count);
        news(() => `${kind.kind}: ${count} of ${held} freed of Flux's finalizer so far`);
      });
    }
    left = (await tally(cluster, kinds, limit)).filter(({ held }) => held > 0);
  }
  return first.map(({ kind, found }) => {
    return { kind, found, stripped: stripped.get(kind.kind) ?? 0 };
  });
}

/**
 * Takes Flux's finalizer from one object.
 *
 * @param found the object as it was read; somebody else may have changed it since
 * @returns false where the object has no such finalizer, has gone, or has let go by itself
 * @throws ClusterError
 */
export async function stripObject(
  cluster: Cluster,
  kind: ResourceType,
  found: JsonObject,
): Promise<boolean> {
  if (!hasFinalizer(found)) return false;
  const name = nameOf(found);
  let listed: JsonObject | undefined = found;
  const attempt = async (): Promise<boolean> => {
    const object = listed ?? (await cluster.get(kind, name));
    listed = undefined;
    const operations = object === undefined ? [] : stripOperations(object);
    if (operations.length === 0) return false;
    await cluster.patch(kind, name, { type: "json", operations });
    return true;
  };
  try {
    // A list that has changed fails the patch's own test, which the server calls invalid.
    return await retryConflicts(attempt, cluster.session.signal, ["conflict", "invalid"]);
  } catch (error) {
    if (isClusterError(error, "not-found")) return false;
    throw error;
  }
}

/** Asks the server, as a half-done strip is worse than none; who may not even ask finds out by trying. */
async function requirePatch(cluster: Cluster, { kind, namespaces }: Tally): Promise<void> {
  if (await mayPatch(cluster, kind, undefined)) return;
  for (const namespace of namespaces) {
    if (await mayPatch(cluster, kind, namespace)) continue;
    const where = namespace === undefined ? "" : ` in the namespace ${namespace}`;
    const message =
      `Can't take Flux's finalizer from ${printType(kind)}: this user may not patch them${where}. ` +
      `Nothing was changed; give the user of the kubeconfig the verb "patch" on ${printType(kind)} ` +
      `(cluster ${cluster.title})`;
    throw new ClusterError("forbidden", message);
  }
}

async function mayPatch(
  cluster: Cluster,
  { group, plural }: PresentKind,
  namespace: string | undefined,
): Promise<boolean> {
  const scope = namespace === undefined ? {} : { namespace };
  const spec = { resourceAttributes: { group, resource: plural, verb: "patch", ...scope } };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
  try {
    const { status } = await cluster.create(ACCESS_REVIEWS, review);
    return isObject(status) && status["allowed"] === true;
  } catch (error) {
    if (isClusterError(error, "forbidden", "not-found")) return true;
    throw error;
  }
}

function comesBack(cluster: Cluster, left: readonly Tally[]): ClusterError {
  const kinds = left.map(({ kind }) => kind.kind);
  const message =
    `Flux's finalizer comes back on ${kinds.join(", ")}: another Flux controller runs somewhere. ` +
    `Stop it, then try again (cluster ${cluster.title})`;
  return new ClusterError("conflict", message);
}

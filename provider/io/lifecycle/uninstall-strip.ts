import { hasFinalizer, stripOperations } from "../../core/lifecycle/finalizers";
import type { FluxKind } from "../../core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { ClusterError, isClusterError } from "../cluster/error";
import { forEach } from "../cluster/parallel";
import { nameOf, printType } from "../cluster/paths";
import { findObjects, type Found, type PresentKind } from "./uninstall-objects";

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

/**
 * Takes Flux's finalizer from all custom resources of some kinds, in all namespaces, so that they and their
 * definitions can be deleted without their controller. Their controllers must not run. Nothing is stripped when one
 * of the kinds may not be listed or patched.
 *
 * @param limit objects in one page
 * @throws ClusterError
 */
export async function stripFinalizers(
  cluster: Cluster,
  kinds: readonly FluxKind[],
  limit?: number,
): Promise<readonly Stripped[]> {
  const first = await findObjects(cluster, kinds, limit);
  const stripped = new Map<string, number>();
  let found = first.map(onlyHeld);
  for (let round = 1; found.some(({ objects }) => objects.length > 0); round += 1) {
    if (round > ROUNDS) throw comesBack(cluster, found);
    for (const held of found) await requirePatch(cluster, held);
    for (const { kind, objects } of found) {
      await forEach(objects, AT_ONCE, async (object) => {
        if (!(await strip(cluster, kind, object))) return;
        stripped.set(kind.kind, (stripped.get(kind.kind) ?? 0) + 1);
      });
    }
    found = (await findObjects(cluster, kinds, limit)).map(onlyHeld);
  }
  return first.map(({ kind, objects }) => ({
    kind,
    found: objects.length,
    stripped: stripped.get(kind.kind) ?? 0,
  }));
}

const onlyHeld = ({ kind, objects }: Found): Found => ({
  kind,
  objects: objects.filter((object) => hasFinalizer(object)),
});

/** False where the object has gone or let go by itself. */
async function strip(cluster: Cluster, kind: PresentKind, found: JsonObject): Promise<boolean> {
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
async function requirePatch(cluster: Cluster, { kind, objects }: Found): Promise<void> {
  if (objects.length === 0) return;
  if (await mayPatch(cluster, kind, undefined)) return;
  for (const namespace of new Set(objects.map((object) => nameOf(object).namespace))) {
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

function comesBack(cluster: Cluster, found: readonly Found[]): ClusterError {
  const kinds = found.filter(({ objects }) => objects.length > 0).map(({ kind }) => kind.kind);
  const message =
    `Flux's finalizer comes back on ${kinds.join(", ")}: another Flux controller runs somewhere. ` +
    `Stop it, then try again (cluster ${cluster.title})`;
  return new ClusterError("conflict", message);
}

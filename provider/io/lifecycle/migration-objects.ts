import { carryOwners } from "../../core/lifecycle/migration-fields";
import type { Rewrite } from "../../core/lifecycle/migration";
import { objectAt } from "../../core/deployment";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { ClusterError, isClusterError } from "../cluster/error";
import { forEach } from "../cluster/parallel";
import { nameOf } from "../cluster/paths";

const OBJECTS_AT_ONCE = 8;

/**
 * Writes objects unchanged, which stores them at the storage version. It is done at that version: an API server that
 * does not know the version yet, because it has just been added, refuses then.
 *
 * @returns how many were written
 * @throws ClusterError
 */
export async function rewriteObjects(cluster: Cluster, rewrite: Rewrite): Promise<number> {
  let written = 0;
  const objects = cluster.list(typeAt(rewrite, rewrite.readAt), { metadataOnly: true });
  await forEach(objects, OBJECTS_AT_ONCE, async (object) => {
    if (await rewriteObject(cluster, rewrite, object)) written += 1;
  });
  return written;
}

/** An object that goes meanwhile is done; one that changes meanwhile is read again. */
async function rewriteObject(
  cluster: Cluster,
  rewrite: Rewrite,
  listed: JsonObject,
): Promise<boolean> {
  const name = nameOf(listed);
  let known: JsonObject | undefined = listed;
  const attempt = async (): Promise<boolean> => {
    const object = known ?? (await cluster.get(typeAt(rewrite, rewrite.readAt), name));
    known = undefined;
    const value = object === undefined ? undefined : changeOf(object, rewrite);
    if (value === undefined) return false;
    await cluster.patch(typeAt(rewrite, rewrite.version), name, { type: "merge", value });
    return true;
  };
  try {
    return await retryConflicts(attempt, cluster.session.signal, ["conflict", "not-found"]);
  } catch (error) {
    if (!isClusterError(error, "invalid")) throw error;
    const message = `${error.message}; correct or delete this object, then run again`;
    throw new ClusterError("invalid", message, { cause: error });
  }
}

/** The merge patch for an object; undefined where it is as it should be. */
function changeOf(object: JsonObject, rewrite: Rewrite): JsonObject | undefined {
  const metadata = objectAt(object, "metadata");
  const owners = carryOwners(metadata, rewrite);
  if (owners === undefined) return rewrite.all ? {} : undefined;
  return { metadata: { resourceVersion: metadata["resourceVersion"], managedFields: owners } };
}

function typeAt({ group, plural }: Rewrite, version: string) {
  return { group, plural, version };
}

import {
  RECORD_NAME,
  recordIn,
  toRecordObject,
  type OwnerRecord,
} from "../../core/lifecycle/owner-record";
import type { Cluster } from "../cluster/cluster";
import { retryConflicts } from "../cluster/conflict";
import { ClusterError, isClusterError } from "../cluster/error";
import type { ResourceType } from "../cluster/paths";

export const CLUSTER_ROLES: ResourceType = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  plural: "clusterroles",
};

/** The field manager of the record. */
const MANAGER = { fieldManager: "flux-instance" };

/**
 * The owner record of a cluster; undefined where there is none.
 *
 * @throws ClusterError already-exists, where the ClusterRole of that name is somebody else's
 */
export async function readRecord(cluster: Cluster): Promise<OwnerRecord | undefined> {
  const object = await cluster.get(CLUSTER_ROLES, { name: RECORD_NAME });
  if (object === undefined) return undefined;
  const record = recordIn(object);
  if (record !== undefined) return record;
  const message =
    `The ClusterRole ${RECORD_NAME} exists and is not the owner record of a FluxInstance, which needs this name. Nothing was ` +
    `changed; rename or remove that ClusterRole, then run again (cluster ${cluster.title})`;
  throw new ClusterError("already-exists", message);
}

/**
 * Creates the record, and fails where one exists: of two stacks that start at the same time one wins.
 *
 * @throws ClusterError already-exists
 */
export async function createRecord(cluster: Cluster, record: OwnerRecord): Promise<void> {
  await cluster.create(CLUSTER_ROLES, toRecordObject(record), MANAGER);
}

/**
 * Changes the record of an id, and returns the new one; undefined where there is no record of that id.
 *
 * @throws ClusterError
 */
export async function changeRecord(
  cluster: Cluster,
  id: string,
  change: (record: OwnerRecord) => OwnerRecord,
): Promise<OwnerRecord | undefined> {
  return await retryConflicts(async () => {
    const record = await readRecord(cluster);
    if (record?.id !== id) return undefined;
    const changed = change(record);
    await replaceRecord(cluster, changed);
    return changed;
  }, cluster.session.signal);
}

/**
 * Writes a record over the one that was read.
 *
 * @throws ClusterError conflict, where somebody else has changed the record since
 */
export async function replaceRecord(cluster: Cluster, record: OwnerRecord): Promise<void> {
  await cluster.update(CLUSTER_ROLES, { name: RECORD_NAME }, toRecordObject(record), MANAGER);
}

/** Removes the record of an id. */
export async function removeRecord(cluster: Cluster, id: string): Promise<void> {
  const record = await readRecord(cluster);
  if (record?.id !== id) return;
  const { resourceVersion } = record;
  const only = resourceVersion === undefined ? {} : { resourceVersion };
  try {
    await cluster.delete(CLUSTER_ROLES, { name: RECORD_NAME }, only);
  } catch (error) {
    if (!isClusterError(error, "not-found")) throw error;
  }
}

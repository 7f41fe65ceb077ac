import type { OwnerRecord } from "../../core/lifecycle/owner-record";
import type { Cluster } from "../cluster/cluster";
import { ClusterError, isClusterError } from "../cluster/error";
import { requireSameCluster } from "../cluster/inputs";
import { whose, type Reached } from "./delete-access";
import { findOwned } from "./farewell-objects";
import { changeRecord, createRecord, readRecord } from "./owner-record";
import type { ReadinessInputs } from "./readiness-inputs";

/** Whose Flux a resource Readiness stands for. */
type Instance = Pick<ReadinessInputs, "owner" | "cluster" | "namespace" | "lineage">;

/**
 * Records that a resource is the newest Readiness of its instance. What the record wants is written before; a record that wants
 * nothing is that of a destroy, and every delete at the end of this update would be a removal.
 *
 * @throws ClusterError another-owner
 */
export async function recordReadiness(
  cluster: Cluster,
  { owner }: Pick<Instance, "owner">,
  token: string,
): Promise<void> {
  const record = await changeRecord(cluster, owner, (old) =>
    old.wanted.length === 0 ? old : { ...old, readiness: token },
  );
  if (record === undefined) {
    const message =
      `${capital(whose(await readRecord(cluster)))}. Nothing was deleted; run \`pulumi up\` without --target and ` +
      `--exclude, which records the owner or says who it is (cluster ${cluster.title})`;
    throw new ClusterError("another-owner", message);
  }
  if (record.wanted.length > 0) return;
  const message =
    "The owner record says that Flux is being destroyed. Nothing was deleted; run `pulumi up` without --target and " +
    `--exclude, which records again what is wanted (cluster ${cluster.title})`;
  throw new ClusterError("another-owner", message);
}

/**
 * Records that Flux is being destroyed, before anything of it is deleted. A Readiness that was only replaced records nothing;
 * neither does one whose Flux is gone.
 *
 * @throws ClusterError another-cluster, another-owner; nothing was changed then
 */
export async function recordDestroy(
  { cluster, uid }: Reached,
  instance: Instance,
  token: string,
): Promise<void> {
  const { owner } = instance;
  const record = await readRecord(cluster);
  if (record?.id === owner) {
    if (record.lineage !== instance.lineage) throw notOurs(cluster, takenOver(record));
    if (isReplaced(record, token)) return;
  }
  if (uid !== instance.cluster) await requireSameCluster(cluster, instance.cluster);
  if (record === undefined) {
    if (await createMark(cluster, instance, token)) return;
  } else if (record.id === owner) {
    const marked = await changeRecord(cluster, owner, (old) => marking(old, token));
    if (marked !== undefined) return;
  }
  await requireOwn(cluster, owner);
}

/** An empty token is that of a record which was made again, and knows of no newer Readiness. */
function isReplaced({ readiness }: OwnerRecord, token: string): boolean {
  return readiness !== "" && readiness !== token;
}

function marking(record: OwnerRecord, token: string): OwnerRecord {
  return isReplaced(record, token) ? record : { ...record, wanted: [] };
}

/**
 * Makes a record that somebody has deleted again, so that the deletes that follow know what they are for.
 *
 * @returns false where somebody else made one at the same time
 */
async function createMark(
  cluster: Cluster,
  { owner, namespace, lineage }: Instance,
  readiness: string,
): Promise<boolean> {
  const { objects } = await findOwned(cluster, owner, namespace);
  if (objects.length === 0) return true;
  try {
    const mark = { id: owner, urn: "", identity: "", lineage, readiness, wanted: [], absences: {} };
    await createRecord(cluster, mark);
    return true;
  } catch (error) {
    if (!isClusterError(error, "already-exists")) throw error;
    return false;
  }
}

async function requireOwn(cluster: Cluster, owner: string): Promise<void> {
  const record = await readRecord(cluster);
  if (record === undefined || record.id === owner) return;
  throw notOurs(cluster, whose(record));
}

function notOurs(cluster: Cluster, reason: string): ClusterError {
  const message =
    `${capital(reason)}. Nothing was changed; to forget this Flux without touching the cluster, remove the stack's ` +
    `state of it with \`pulumi state delete --target-dependents\` (cluster ${cluster.title})`;
  return new ClusterError("another-owner", message);
}

function takenOver({ id, urn }: OwnerRecord): string {
  const name = urn === "" ? "" : `${urn}, `;
  return `another state has taken over the FluxInstance of this one (${name}id ${id})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { ID_ANNOTATION } from "../../core/lifecycle/marks";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import type { FoundObject } from "./removal-objects";

/** The owner of what is written. */
export const FIELD_MANAGER = { fieldManager: "flux-instance" };

/**
 * Takes the id from an object, so that another instance may adopt it. Nothing else of the object changes.
 *
 * @throws ClusterError
 */
export async function release(
  cluster: Cluster,
  { type, name }: Pick<FoundObject, "type" | "name">,
): Promise<void> {
  const value = { metadata: { annotations: { [ID_ANNOTATION]: null } } };
  try {
    await cluster.patch(type, name, { type: "merge", value }, FIELD_MANAGER);
  } catch (error) {
    if (!isClusterError(error, "not-found")) throw error;
  }
}

import { ID_ANNOTATION } from "../../provider/core/lifecycle/marks";
import type { OwnerRecord } from "../../provider/core/lifecycle/owner-record";
import type { JsonObject } from "../../provider/core/manifest";
import type { Cluster } from "../../provider/io/cluster/cluster";
import type { ObjectName, ResourceType } from "../../provider/io/cluster/paths";
import { uidOf } from "../../provider/io/lifecycle/removal-objects";

/** The owner record of an instance, with what it wants. */
export function recordOf(
  id: string,
  wanted: readonly string[],
  more: Partial<OwnerRecord> = {},
): OwnerRecord {
  return {
    id,
    urn: "urn:flux",
    identity: "identity",
    lineage: "lineage",
    readiness: "readiness",
    wanted,
    absences: {},
    ...more,
  };
}

/** `metadata.annotations` of an object that carries an id. */
export function carrying(id: string): JsonObject {
  return { [ID_ANNOTATION]: id };
}

/** Makes an object carry an id. */
export async function mark(
  cluster: Cluster,
  type: ResourceType,
  name: ObjectName,
  id: string,
): Promise<void> {
  const value = { metadata: { annotations: carrying(id) } };
  await cluster.patch(type, name, { type: "merge", value });
}

/** The UID of an object; undefined where it is gone. */
export async function uidIn(
  cluster: Cluster,
  type: ResourceType,
  name: ObjectName,
): Promise<string | undefined> {
  const live = await cluster.get(type, name);
  return live === undefined ? undefined : uidOf(live);
}

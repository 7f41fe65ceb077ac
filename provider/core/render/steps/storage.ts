import { listAt, withManager, withPodSpec } from "../../deployment";
import { isObject, type Json, type Manifest } from "../../manifest";
import type { Step } from "../context";
import { mapControllers } from "../draft";

const MOUNT_PATH = "/data";

/**
 * Artifacts of source-controller on a PersistentVolumeClaim. The main Deployment keeps its emptyDir beside it, a
 * persistent shard has it replaced, as in the reference.
 */
export const storage: Step = (drafts, { spec }) => {
  if (spec.storage === undefined) return drafts;
  return mapControllers(drafts, (deployment, component, shard) => {
    if (component !== "source-controller") return deployment;
    if (shard === undefined) return mounted(deployment, "persistent-data", component, appended);
    if (spec.sharding?.storage !== "persistent") return deployment;
    return mounted(deployment, `persistent-data-${shard}`, `${component}-${shard}`, replaced);
  });
};

type Place = (volumes: readonly Json[], volume: Json) => readonly Json[];

const appended: Place = (volumes, volume) => [...volumes, volume];
const replaced: Place = (volumes, volume) =>
  volumes.map((existing) => (isNamed(existing, "data") ? volume : existing));

function mounted(deployment: Manifest, name: string, claimName: string, place: Place): Manifest {
  const volume = { name, persistentVolumeClaim: { claimName } };
  const claimed = withPodSpec(deployment, (podSpec) => ({
    ...podSpec,
    volumes: place(listAt(podSpec, "volumes"), volume),
  }));
  return withManager(claimed, (container) => ({
    ...container,
    volumeMounts: listAt(container, "volumeMounts").map((mount) =>
      isObject(mount) && mount["mountPath"] === MOUNT_PATH
        ? { name, mountPath: MOUNT_PATH }
        : mount,
    ),
  }));
}

function isNamed(value: Json, name: string): boolean {
  return isObject(value) && value["name"] === name;
}

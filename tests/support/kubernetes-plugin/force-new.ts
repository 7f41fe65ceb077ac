import type { JsonObject } from "../../../provider/core/manifest";
import { text } from "./identity";

/** Which kinds' data may change in place. */
export interface Mutable {
  readonly secrets: boolean;
  readonly configMaps: boolean;
}

// Reproduces the rules of pulumi-kubernetes, provider/pkg/provider/diff.go, without those of Pods and
// PersistentVolumes, which Flux does not install.
const byKind: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  PersistentVolumeClaim: [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  ResourceQuota: ["spec.scopes"],
  Secret: ["type"],
  Service: ["spec.clusterIP"],
};

const identity = ["metadata.name", "metadata.namespace"];

function kindRules(object: JsonObject, mutable: Mutable): readonly string[] {
  const [group, version] = text(object["apiVersion"]).split("/");
  const kind = text(object["kind"]);
  const immutable = object["immutable"] === true;
  if (version === undefined && kind === "Secret" && (!mutable.secrets || immutable)) {
    return ["type", "stringData", "data"];
  }
  if (version === undefined && kind === "ConfigMap" && (!mutable.configMaps || immutable)) {
    return ["binaryData", "data"];
  }
  return byKind[version === undefined ? kind : `${group ?? ""}/${kind}`] ?? [];
}

/** The paths whose change replaces the object; a Patch kind knows only its identity. */
export function forceNewPaths(object: JsonObject, patch: boolean, mutable: Mutable) {
  const paths = patch ? identity : [...identity, ...kindRules(object, mutable)];
  return paths.map((path) => path.split("."));
}

// Which lists of the built-in kinds a strategic merge patch merges, and by which keys: the fields
// with `patchStrategy: merge` in the Kubernetes API, as of the 1.21 schema that kustomize embeds.
// https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.21/

/** How a value is merged. Without `keys` a list is replaced as a whole. */
export interface Shape {
  /** Keys that identify an item of this list; none for a set of scalars. */
  readonly keys?: readonly string[];
  /** Shapes of the fields of this map, or of the items of this list. */
  readonly fields?: Readonly<Record<string, Shape>>;
}

const list = (keys: readonly string[], fields: Shape["fields"] = {}): Shape => ({ keys, fields });
const map = (fields: Shape["fields"] = {}): Shape => ({ fields });

const byName = list(["name"]);
const objectMeta = map({ finalizers: list([]), ownerReferences: list(["uid"]) });

const ephemeralContainer = {
  env: byName,
  volumeDevices: list(["devicePath"]),
  volumeMounts: list(["mountPath"]),
};
const container = { ...ephemeralContainer, ports: list(["containerPort", "protocol"]) };

const podSpec = map({
  containers: list(["name"], container),
  ephemeralContainers: list(["name"], ephemeralContainer),
  hostAliases: list(["ip"]),
  imagePullSecrets: byName,
  initContainers: list(["name"], container),
  topologySpreadConstraints: list(["topologyKey", "whenUnsatisfiable"]),
  volumes: byName,
});
const podTemplate = map({ metadata: objectMeta, spec: podSpec });
const workload = map({ template: podTemplate });

const specs: Readonly<Record<string, Shape>> = {
  "/Pod": podSpec,
  "/ReplicationController": workload,
  "/Service": map({ ports: list(["port", "protocol"]) }),
  "apps/DaemonSet": workload,
  "apps/Deployment": workload,
  "apps/ReplicaSet": workload,
  "apps/StatefulSet": workload,
  "batch/CronJob": map({ jobTemplate: map({ metadata: objectMeta, spec: workload }) }),
  "batch/Job": workload,
};

const others: Readonly<Record<string, Shape["fields"]>> = {
  "/PodTemplate": { template: podTemplate },
  "/ServiceAccount": { secrets: byName },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": { webhooks: byName },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": { webhooks: byName },
};

const builtInGroups: readonly string[] = [
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
];

/** The shape of a kind; every list of a custom resource is replaced as a whole. */
export function shapeOf(group: string, kind: string): Shape {
  if (!builtInGroups.includes(group)) return {};
  const key = `${group}/${kind}`;
  const spec = Object.hasOwn(specs, key) ? specs[key] : undefined;
  const fields = Object.hasOwn(others, key) ? others[key] : undefined;
  return map({ metadata: objectMeta, ...(spec && { spec }), ...fields });
}

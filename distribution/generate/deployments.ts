import type { Json, Manifest } from "../../provider/core/manifest";
import type { Controller } from "./controllers";
import { componentLabels } from "./labels";

/** The ServiceAccount a controller runs as. */
export function serviceAccount({ name }: Controller): Manifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { labels: componentLabels(name), name },
  };
}

/** The Deployment of a controller at an image tag. */
export function deployment(controller: Controller, tag: string): Manifest {
  const { name } = controller;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { labels: { ...componentLabels(name), "control-plane": "controller" }, name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      ...(controller.recreate ? { strategy: { type: "Recreate" } } : {}),
      template: {
        metadata: {
          annotations: { "prometheus.io/port": "8080", "prometheus.io/scrape": "true" },
          labels: { app: name, ...componentLabels(name) },
        },
        spec: podSpec(controller, tag),
      },
    },
  };
}

function podSpec(controller: Controller, tag: string): Json {
  const volumes = Object.keys(controller.volumes);
  return {
    containers: [container(controller, tag)],
    ...(controller.critical ? { priorityClassName: "system-cluster-critical" } : {}),
    securityContext: { fsGroup: 1337 },
    serviceAccountName: controller.name,
    terminationGracePeriodSeconds: controller.graceSeconds,
    volumes: volumes.map((name) => ({ emptyDir: {}, name })),
  };
}

function container(controller: Controller, tag: string): Json {
  return {
    args: controller.args,
    env: [runtimeNamespace, ...controller.env, memoryLimit],
    image: `fluxcd/${controller.name}:${tag}`,
    imagePullPolicy: "IfNotPresent",
    livenessProbe: { httpGet: { path: "/healthz", port: "healthz" } },
    name: "manager",
    ports: containerPorts({ ...controller.ports, "http-prom": 8080, healthz: 9440 }),
    readinessProbe: { httpGet: controller.readiness },
    resources: {
      limits: { cpu: "1000m", memory: "1Gi" },
      requests: { cpu: controller.cpuRequest, memory: "64Mi" },
    },
    securityContext: restricted,
    volumeMounts: Object.entries(controller.volumes).map(([name, mountPath]) => ({
      mountPath,
      name,
    })),
  };
}

function containerPorts(ports: Readonly<Record<string, number>>): readonly Json[] {
  return Object.entries(ports).map(([name, containerPort]) => ({
    containerPort,
    name,
    protocol: "TCP",
  }));
}

const runtimeNamespace: Json = {
  name: "RUNTIME_NAMESPACE",
  valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
};

/** The Go runtime's soft memory limit follows the container's: https://go.dev/doc/gc-guide. */
const memoryLimit: Json = {
  name: "GOMEMLIMIT",
  valueFrom: { resourceFieldRef: { containerName: "manager", resource: "limits.memory" } },
};

/** The `restricted` Pod Security Standard. */
const restricted: Json = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

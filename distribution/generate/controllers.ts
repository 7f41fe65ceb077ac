import type { Json } from "../../provider/core/manifest";
import { COMPONENTS, type Component } from "../../provider/core/spec/spec";

/** A Service in front of a controller. */
export interface Endpoint {
  readonly name: string;
  /** Name of the container port. */
  readonly targetPort: string;
  /** Value of the `control-plane` label. */
  readonly controlPlane: string;
}

/** What one controller has of its own; `deployments.ts` holds what all share. */
export interface Controller {
  readonly name: Component;
  /** Go module of the API types. */
  readonly apiModule: string;
  readonly endpoints: readonly Endpoint[];
  readonly args: readonly string[];
  readonly env: readonly Json[];
  /** Container ports besides metrics and health, by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly readiness: { readonly path: string; readonly port: string };
  readonly cpuRequest: string;
  /** Runs as `system-cluster-critical`. */
  readonly critical: boolean;
  readonly graceSeconds: number;
  /** Mount path of each scratch volume, by volume name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Stopped before its replacement starts. */
  readonly recreate: boolean;
}

const events = "--events-addr=http://notification-controller.flux-system.svc.cluster.local./";
const common = [
  "--watch-all-namespaces",
  "--log-level=info",
  "--log-encoding=json",
  "--enable-leader-election",
];

/** A controller that only reconciles: no endpoint, ready when its health check says so. */
function reconciler(name: Component): Controller {
  return {
    name,
    apiModule: `github.com/fluxcd/${name}/api`,
    endpoints: [],
    args: [events, ...common],
    env: [],
    ports: {},
    readiness: { path: "/readyz", port: "healthz" },
    cpuRequest: "100m",
    critical: false,
    graceSeconds: 10,
    volumes: { temp: "/tmp" },
    recreate: false,
  };
}

/** A controller that stores artifacts and serves them over HTTP; two of it would split the store. */
function artifactServer(name: Component, controlPlane: string): Controller {
  const address = `${name}.$(RUNTIME_NAMESPACE).svc.cluster.local.`;
  return {
    ...reconciler(name),
    endpoints: [{ name, targetPort: "http", controlPlane }],
    args: [events, ...common, "--storage-path=/data", `--storage-adv-addr=${address}`],
    ports: { http: 9090 },
    readiness: { path: "/", port: "http" },
    cpuRequest: "50m",
    critical: true,
    volumes: { data: "/data", tmp: "/tmp" },
    recreate: true,
  };
}

const byName: Readonly<Record<Component, Controller>> = {
  "source-controller": {
    ...artifactServer("source-controller", "controller"),
    // Sigstore's trust root cache must be on a writable volume.
    env: [{ name: "TUF_ROOT", value: "/tmp/.sigstore" }],
  },
  "kustomize-controller": {
    ...reconciler("kustomize-controller"),
    critical: true,
    graceSeconds: 60,
  },
  "helm-controller": { ...reconciler("helm-controller"), critical: true, graceSeconds: 600 },
  "notification-controller": {
    ...reconciler("notification-controller"),
    endpoints: [
      { name: "notification-controller", targetPort: "http", controlPlane: "controller" },
      { name: "webhook-receiver", targetPort: "http-webhook", controlPlane: "controller" },
    ],
    args: common,
    ports: { http: 9090, "http-webhook": 9292 },
  },
  "image-reflector-controller": {
    ...reconciler("image-reflector-controller"),
    volumes: { temp: "/tmp", data: "/data" },
  },
  "image-automation-controller": reconciler("image-automation-controller"),
  "source-watcher": {
    ...artifactServer("source-watcher", "source-watcher"),
    apiModule: "github.com/fluxcd/source-watcher/api/v2",
  },
};

/** All controllers, in the order of `components`. */
export const controllers: readonly Controller[] = COMPONENTS.map((name) => byName[name]);

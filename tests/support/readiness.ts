import type { Json, JsonObject } from "../../provider/core/manifest";
import type { Call, Properties } from "../../provider/io/lifecycle/lifecycle";

const FLUX = "flux-system";
const SOURCE = "source.toolkit.fluxcd.io/v1";
const KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1";
export const CONTROLLERS = ["source-controller", "kustomize-controller"] as const;

export const properties = (values: JsonObject, ...unknown: readonly string[]): Properties => ({
  values,
  unknown: new Set(unknown),
});

/** A Deployment `controller` that nothing of Flux stands behind. */
export const deployment = (namespace: string, podSpec: JsonObject = {}): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "controller", namespace },
  spec: {
    selector: { matchLabels: { app: "controller" } },
    template: {
      metadata: { labels: { app: "controller" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "manager", image: "registry.invalid/manager:1" }],
        ...podSpec,
      },
    },
  },
});

export const namespaceOf = (name: string): JsonObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

export const repository = (name: string, url: string, tag: string): JsonObject => ({
  apiVersion: SOURCE,
  kind: "OCIRepository",
  metadata: { name, namespace: FLUX },
  spec: { interval: "10m", url, ref: { tag }, insecure: true },
});

/** A Kustomization over the source `good`. */
export const kustomization = (name: string, path: string): JsonObject => ({
  apiVersion: KUSTOMIZE,
  kind: "Kustomization",
  metadata: { name, namespace: FLUX },
  spec: {
    interval: "10m",
    prune: true,
    path,
    targetNamespace: FLUX,
    sourceRef: { kind: "OCIRepository", name: "good" },
  },
});

/** How the inputs name a source. */
export const source = (name: string): JsonObject => ({
  apiVersion: SOURCE,
  kind: "OCIRepository",
  namespace: FLUX,
  name,
});

/** How the inputs name a Kustomization. */
export const synced = (name: string): JsonObject => ({
  apiVersion: KUSTOMIZE,
  kind: "Kustomization",
  namespace: FLUX,
  name,
});

/** A call of the engine that keeps the lines it is told. */
export const call = (
  signal = new AbortController().signal,
): Call & { readonly lines: string[] } => {
  const lines: string[] = [];
  const info = (line: string): void => {
    lines.push(line);
  };
  return { name: "flux:readiness", signal, warn: info, info, lines };
};

/** Inputs for the Deployment of a namespace. */
export const inNamespace = (namespace: string, inputs: JsonObject = {}): JsonObject => ({
  namespace,
  deployments: [{ name: "controller", hash: "1" }],
  ...inputs,
});

/** Inputs for Flux itself, with sync objects. */
export const inFlux = (names: readonly Json[], inputs: JsonObject = {}): JsonObject => ({
  namespace: FLUX,
  deployments: CONTROLLERS.map((name) => ({ name, hash: "1" })),
  sync: names,
  ...inputs,
});

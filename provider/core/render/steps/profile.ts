import { objectAt, withManager, withObject, withTemplate } from "../../deployment";
import type { Component, Size } from "../../spec/spec";
import type { Step } from "../context";
import { mapControllers } from "../draft";

interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

const resources = (request: string, cpu: string, memory: string): Resources => ({
  requests: { cpu: "100m", memory: request },
  limits: { cpu, memory },
});

const SMALL = resources("64Mi", "1000m", "512Mi");
const MEDIUM = resources("128Mi", "2000m", "1Gi");
const LARGE = resources("256Mi", "3000m", "3Gi");

/** Requests and limits by size; a component that is not listed keeps those of the release. */
const RESOURCES: Readonly<Record<Size, Readonly<Partial<Record<Component, Resources>>>>> = {
  small: {
    "source-controller": SMALL,
    "kustomize-controller": SMALL,
    "helm-controller": SMALL,
    "notification-controller": SMALL,
    "image-reflector-controller": SMALL,
    "image-automation-controller": SMALL,
    "source-watcher": SMALL,
  },
  medium: {
    "source-controller": MEDIUM,
    "kustomize-controller": MEDIUM,
    "helm-controller": MEDIUM,
  },
  large: {
    "source-controller": resources("256Mi", "2000m", "2Gi"),
    "kustomize-controller": LARGE,
    "helm-controller": LARGE,
  },
};

/** Pods that the autoscaler may move, and the resources of the cluster's size. */
export const profile: Step = (drafts, { spec }) =>
  mapControllers(drafts, (deployment, component) => {
    const evictable = withTemplate(deployment, (template) =>
      withObject(template, "metadata", (metadata) => ({
        ...metadata,
        labels: { ...objectAt(metadata, "labels"), "app.kubernetes.io/part-of": "flux" },
        annotations: {
          ...objectAt(metadata, "annotations"),
          "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
        },
      })),
    );
    const { size } = spec.cluster;
    if (size === undefined) return evictable;
    const { metadata } = evictable;
    const annotations = { ...metadata.annotations, "fluxcd.controlplane.io/profile": size };
    const sized = { ...evictable, metadata: { ...metadata, annotations } };
    const wanted = RESOURCES[size][component];
    if (wanted === undefined) return sized;
    return withManager(sized, (container) => ({ ...container, resources: { ...wanted } }));
  });

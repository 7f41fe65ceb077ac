import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/** The Namespace of the instance, always rendered. Its Pod Security labels only warn. */
export function namespace({ spec }: Context): readonly Draft[] {
  const manifest = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: spec.namespace,
      labels: {
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
      },
      annotations: { "fluxcd.controlplane.io/prune": "disabled" },
    },
  };
  return [draftOf(manifest)];
}

import type { Component } from "../spec/spec";

/** A kind of custom resources. */
export interface FluxKind {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

const kindsOf = (group: string, kinds: Readonly<Record<string, string>>): readonly FluxKind[] =>
  Object.entries(kinds).map(([plural, kind]) => ({ group, plural, kind }));

/** The kinds that each controller brings, and puts its finalizer on. */
export const FLUX_KINDS: Readonly<Record<Component, readonly FluxKind[]>> = {
  "source-controller": kindsOf("source.toolkit.fluxcd.io", {
    buckets: "Bucket",
    externalartifacts: "ExternalArtifact",
    gitrepositories: "GitRepository",
    helmcharts: "HelmChart",
    helmrepositories: "HelmRepository",
    ocirepositories: "OCIRepository",
  }),
  "kustomize-controller": kindsOf("kustomize.toolkit.fluxcd.io", {
    kustomizations: "Kustomization",
  }),
  "helm-controller": kindsOf("helm.toolkit.fluxcd.io", { helmreleases: "HelmRelease" }),
  "notification-controller": kindsOf("notification.toolkit.fluxcd.io", {
    alerts: "Alert",
    providers: "Provider",
    receivers: "Receiver",
  }),
  "image-reflector-controller": kindsOf("image.toolkit.fluxcd.io", {
    imagepolicies: "ImagePolicy",
    imagerepositories: "ImageRepository",
  }),
  "image-automation-controller": kindsOf("image.toolkit.fluxcd.io", {
    imageupdateautomations: "ImageUpdateAutomation",
  }),
  "source-watcher": kindsOf("source.extensions.fluxcd.io", {
    artifactgenerators: "ArtifactGenerator",
  }),
};

/** The name of the CustomResourceDefinition of a kind. */
export function definitionOf({ group, plural }: FluxKind): string {
  return `${plural}.${group}`;
}

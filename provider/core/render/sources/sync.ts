import type { JsonObject } from "../../manifest";
import { isToken } from "../../opaque";
import type { SyncSpec } from "../../spec/spec";
import { printDuration } from "../../spec/duration";
import { supports } from "../../version/features";
import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/** The source object and the Kustomization that sync the cluster, when `sync` is set. */
export function sync({ spec, release }: Context): readonly Draft[] {
  if (spec.sync === undefined) return [];
  const { kind } = spec.sync;
  const metadata = { name: spec.sync.name ?? spec.namespace, namespace: spec.namespace };
  return [
    draftOf({
      apiVersion: `source.toolkit.fluxcd.io/${sourceVersion(kind, release.version)}`,
      kind,
      metadata,
      spec: sourceSpec(spec.sync),
    }),
    draftOf({
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata,
      spec: {
        interval: "10m0s",
        path: spec.sync.path,
        prune: true,
        sourceRef: { kind, name: metadata.name },
        ...(spec.cluster.multitenant ? { serviceAccountName: "kustomize-controller" } : {}),
      },
    }),
  ];
}

function sourceVersion(kind: SyncSpec["kind"], version: string): string {
  return kind === "GitRepository" || supports("sourceApiV1", version) ? "v1" : "v1beta2";
}

function sourceSpec(sync: SyncSpec): JsonObject {
  return {
    interval: isToken(sync.interval) ? sync.interval : printDuration(sync.interval),
    ...location(sync),
    ...(sync.pullSecret ? { secretRef: { name: sync.pullSecret } } : {}),
    ...(sync.provider === undefined ? {} : { provider: sync.provider }),
  };
}

function location({ kind, url, ref }: SyncSpec): JsonObject {
  switch (kind) {
    case "GitRepository":
      return { url, ref: { name: ref } };
    case "OCIRepository":
      return { url, ref: { tag: ref } };
    case "Bucket":
      return { endpoint: url, bucketName: ref };
  }
}

import { objectAt, withObject, withTemplate } from "../../deployment";
import type { Manifest } from "../../manifest";
import type { Component } from "../../spec/spec";
import { supports } from "../../version/features";
import type { Context } from "../context";
import { draftOf, type Draft } from "../draft";

/** The annotation that tells a shard's objects from those of the main controllers. */
export const ROLE_ANNOTATION = { "sharding.fluxcd.io/role": "shard" };

/** Components that read the shard key; notification-controller never does. */
const SHARDABLE: ReadonlySet<Component> = new Set<Component>([
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "image-reflector-controller",
  "image-automation-controller",
]);

/** Whether a component is split by shards in this release. */
export function isSharded(component: Component, { spec, release }: Context): boolean {
  if (spec.sharding === undefined) return false;
  if (component !== "source-watcher") return SHARDABLE.has(component);
  return supports("sourceWatcherSharding", release.version);
}

/** A copy of Deployment and Services of each sharded component, one for each shard. */
export function shards(context: Context): readonly Draft[] {
  const { spec, release } = context;
  const sharded = spec.components.filter((component) => isSharded(component, context));
  return (spec.sharding?.shards ?? []).flatMap((shard) =>
    sharded.flatMap((component) =>
      (release.components.get(component) ?? [])
        .filter(({ kind }) => kind === "Deployment" || kind === "Service")
        .map((manifest) => shardOf(manifest, component, shard, spec.namespace)),
    ),
  );
}

function shardOf(
  manifest: Manifest,
  component: Component,
  shard: string,
  namespace: string,
): Draft {
  const name = `${manifest.metadata.name}-${shard}`;
  const annotations = { ...manifest.metadata.annotations, ...ROLE_ANNOTATION };
  const renamed = { ...manifest, metadata: { ...manifest.metadata, name, namespace, annotations } };
  const app = `${component}-${shard}`;
  const selected = manifest.kind === "Service" ? selectApp(renamed, app) : runAs(renamed, app);
  const former = [{ name: manifest.metadata.name, namespace }];
  return { ...draftOf(manifest, component), manifest: selected, former, shard };
}

function selectApp(service: Manifest, app: string): Manifest {
  return withObject(service, "spec", (spec) =>
    withObject(spec, "selector", (selector) => ({ ...selector, app })),
  );
}

function runAs(deployment: Manifest, app: string): Manifest {
  const selecting = withObject(deployment, "spec", (spec) =>
    withObject(spec, "selector", (selector) =>
      withObject(selector, "matchLabels", (labels) => ({ ...labels, app })),
    ),
  );
  return withTemplate(selecting, (template) =>
    withObject(template, "metadata", (metadata) => ({
      ...metadata,
      labels: { ...objectAt(metadata, "labels"), app },
      annotations: { ...objectAt(metadata, "annotations"), ...ROLE_ANNOTATION },
    })),
  );
}

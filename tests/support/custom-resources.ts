import { setTimeout as sleep } from "node:timers/promises";
import { FINALIZER } from "../../provider/core/lifecycle/finalizers";
import { definitionOf, FLUX_KINDS, type FluxKind } from "../../provider/core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../provider/core/manifest";
import { COMPONENTS, type Component } from "../../provider/core/spec/spec";
import type { Cluster } from "../../provider/io/cluster/cluster";
import type { ResourceType } from "../../provider/io/cluster/paths";
import { DEFINITIONS } from "../../provider/io/cluster/types";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";

const SOURCE = { kind: "GitRepository", name: "some" };

/** A kind with the version of the newest release, and the smallest spec that its schema takes. */
interface Sample {
  readonly version: string;
  readonly spec: JsonObject;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  Bucket: { version: "v1", spec: { bucketName: "b", endpoint: "e", interval: "1h" } },
  ExternalArtifact: { version: "v1", spec: {} },
  GitRepository: { version: "v1", spec: { url: "https://example.com/some", interval: "1h" } },
  HelmChart: {
    version: "v1",
    spec: { chart: "c", interval: "1h", sourceRef: { kind: "HelmRepository", name: "some" } },
  },
  HelmRepository: { version: "v1", spec: { url: "https://example.com/some" } },
  OCIRepository: { version: "v1", spec: { url: "oci://example.com/some", interval: "1h" } },
  Kustomization: { version: "v1", spec: { interval: "1h", prune: true, sourceRef: SOURCE } },
  HelmRelease: {
    version: "v2",
    spec: { interval: "1h", chartRef: { kind: "OCIRepository", name: "some" } },
  },
  Alert: {
    version: "v1beta3",
    spec: { providerRef: { name: "some" }, eventSources: [{ kind: "GitRepository", name: "*" }] },
  },
  Provider: { version: "v1beta3", spec: { type: "generic", address: "https://example.com" } },
  Receiver: {
    version: "v1",
    spec: { type: "generic", resources: [SOURCE], secretRef: { name: "some" } },
  },
  ImagePolicy: {
    version: "v1",
    spec: { imageRepositoryRef: { name: "some" }, policy: { alphabetical: {} } },
  },
  ImageRepository: { version: "v1", spec: { image: "example.com/some", interval: "1h" } },
  ImageUpdateAutomation: {
    version: "v1",
    spec: { interval: "1h", sourceRef: SOURCE, git: { commit: { author: { email: "a@b.c" } } } },
  },
  ArtifactGenerator: {
    version: "v1beta1",
    spec: {
      sources: [{ alias: "some", kind: "GitRepository", name: "some" }],
      artifacts: [{ name: "some", copy: [{ from: "@some/**", to: "@artifact/" }] }],
    },
  },
};

/** A kind as the newest release stores it. */
export function typeOf(kind: FluxKind): ResourceType {
  const sample = SAMPLES[kind.kind];
  if (sample === undefined) throw new Error(`there is no sample of ${kind.kind}`);
  return { ...kind, version: sample.version };
}

/** Creates the CRDs of the newest embedded release, and waits until they are served. */
export async function createDefinitions(
  cluster: Cluster,
  components: readonly Component[] = COMPONENTS,
): Promise<void> {
  const distribution = { version: "2.x", registry: "ghcr.io/fluxcd" };
  const preparing = { files: new ParsedFiles(), strict: false };
  const prepared = await prepare({ distribution, components }, preparing);
  if ("undecided" in prepared) throw new Error("the args decide all");
  const definitions = prepared.rendered.objects.filter(
    ({ manifest }) => manifest.kind === "CustomResourceDefinition",
  );
  for (const { manifest } of definitions) await cluster.create(DEFINITIONS, manifest);
  for (const kind of components.flatMap((component) => FLUX_KINDS[component])) {
    while (!(await isServed(cluster, kind))) await sleep(100);
  }
}

/** A kind that was just established is refused for some moments more. */
async function isServed(cluster: Cluster, kind: FluxKind): Promise<boolean> {
  const definition = await cluster.get(DEFINITIONS, { name: definitionOf(kind) });
  const status = isObject(definition?.["status"]) ? definition["status"] : {};
  const conditions = Array.isArray(status["conditions"]) ? status["conditions"] : [];
  const since = conditions
    .filter((condition) => isObject(condition))
    .find(({ type, status }) => type === "Established" && status === "True");
  const time = since?.["lastTransitionTime"];
  return typeof time === "string" && Date.now() - Date.parse(time) > 2_000;
}

/** Creates a custom resource, with Flux's finalizer where no others are given. */
export async function createSample(
  cluster: Cluster,
  kind: FluxKind,
  name: { readonly namespace: string; readonly name: string },
  finalizers: readonly string[] = [FINALIZER],
): Promise<JsonObject> {
  const type = typeOf(kind);
  const object = {
    apiVersion: `${type.group}/${type.version}`,
    kind: kind.kind,
    metadata: { ...name, finalizers },
    spec: SAMPLES[kind.kind]?.spec ?? {},
  };
  return await cluster.create(type, object, { namespace: name.namespace });
}

/** The finalizers of a live custom resource; undefined where it is gone. */
export async function finalizersOf(
  cluster: Cluster,
  kind: FluxKind,
  name: { readonly namespace: string; readonly name: string },
): Promise<unknown> {
  const object = await cluster.get(typeOf(kind), name);
  if (object === undefined) return undefined;
  return (isObject(object["metadata"]) ? object["metadata"]["finalizers"] : undefined) ?? [];
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseManifests } from "../../provider/core/distribution/parse";
import {
  definitionsOf,
  servedVersionsOf,
  storageVersionOf,
  type Definition,
} from "../../provider/core/lifecycle/definitions";
import type { JsonObject, Manifest } from "../../provider/core/manifest";
import type { Cluster } from "../../provider/io/cluster/cluster";
import { isClusterError } from "../../provider/io/cluster/error";
import { DEFINITIONS } from "../../provider/io/cluster/types";

const SOURCE = { kind: "GitRepository", name: "some" };

/** Specs that every version since Flux 2.2 takes. */
const SPECS: Readonly<Record<string, JsonObject>> = {
  Alert: { providerRef: { name: "some" }, eventSources: [{ kind: "GitRepository", name: "*" }] },
  ArtifactGenerator: {
    sources: [{ alias: "some", kind: "GitRepository", name: "some" }],
    artifacts: [{ name: "some", copy: [{ from: "@some/**", to: "@artifact/" }] }],
  },
  Bucket: { bucketName: "b", endpoint: "e", interval: "1h", provider: "aws" },
  ExternalArtifact: { sourceRef: SOURCE },
  GitRepository: { url: "https://example.com/some", interval: "1h", ref: { branch: "main" } },
  HelmChart: { chart: "c", interval: "1h", sourceRef: { kind: "HelmRepository", name: "some" } },
  HelmRelease: {
    interval: "1h",
    chart: { spec: { chart: "c", sourceRef: { kind: "HelmRepository", name: "some" } } },
    valuesFrom: [{ kind: "Secret", name: "some" }],
    values: { any: { depth: [1, "2"] } },
  },
  HelmRepository: { url: "https://example.com/some", interval: "1h" },
  ImagePolicy: { imageRepositoryRef: { name: "some" }, policy: { alphabetical: { order: "asc" } } },
  ImageRepository: { image: "example.com/some", interval: "1h" },
  ImageUpdateAutomation: {
    interval: "1h",
    sourceRef: SOURCE,
    git: { commit: { author: { email: "a@b.c" } }, push: { branch: "main" } },
    update: { strategy: "Setters", path: "./x" },
  },
  Kustomization: { interval: "1h", prune: true, sourceRef: SOURCE, path: "./x" },
  OCIRepository: { url: "oci://example.com/some", interval: "1h", ref: { tag: "1" } },
  Provider: { type: "generic", address: "https://example.com" },
  Receiver: { type: "generic", resources: [SOURCE], secretRef: { name: "some" } },
};

/** The CustomResourceDefinitions of a release of the reference data. */
export function definitionsIn(release: string): readonly Manifest[] {
  return readdirSync(release)
    .flatMap((file) => parseManifests(file, readFileSync(join(release, file), "utf8")))
    .filter(({ kind }) => kind === "CustomResourceDefinition");
}

/** Creates definitions, and waits until they are served. */
export async function createDefinitions(cluster: Cluster, manifests: readonly Manifest[]) {
  for (const manifest of manifests) await cluster.create(DEFINITIONS, manifest);
  for (const definition of definitionsOf(manifests)) {
    for (const version of servedVersionsOf(definition)) await served(cluster, definition, version);
  }
}

/** Replaces a definition with PUT, as the Kubernetes plugin does, and waits until it is served. */
export async function replaceDefinition(cluster: Cluster, manifest: Manifest): Promise<void> {
  const { name } = manifest.metadata;
  const live = await cluster.get(DEFINITIONS, { name });
  if (live === undefined) {
    await cluster.create(DEFINITIONS, manifest);
    return;
  }
  const { resourceVersion } = live["metadata"] as { resourceVersion: string };
  const metadata = { ...manifest.metadata, resourceVersion };
  await cluster.update(DEFINITIONS, { name }, { ...manifest, metadata });
}

/** Waits until a version can be written to. */
export async function served(cluster: Cluster, definition: Definition, version: string) {
  const { group, plural } = definition;
  const path = `/apis/${group}/${version}/namespaces/default/${plural}`;
  for (;;) {
    try {
      await cluster.session.send("look", { method: "GET", path });
      return;
    } catch {
      await sleep(50);
    }
  }
}

/** A custom resource of a kind, with the owners that a cluster in use has. */
export async function createOwned(
  cluster: Cluster,
  definition: Definition,
  name: string,
): Promise<void> {
  const { group, plural, kind } = definition;
  const place = { namespace: "default", name };
  const at = (version: string) => ({ group, plural, version });
  const object = (version: string, content: JsonObject) => ({
    apiVersion: `${group}/${version}`,
    kind,
    metadata: place,
    ...content,
  });
  const storage = storageVersionOf(definition);
  const [oldest = storage] = servedVersionsOf(definition).toSorted();
  const spec = SPECS[kind];
  if (spec === undefined) throw new Error(`there is no spec of ${kind}`);
  const apply = (version: string, manager: string, content: JsonObject) =>
    cluster.patch(
      at(version),
      place,
      { type: "apply", value: object(version, content), force: true },
      { fieldManager: manager },
    );
  await apply(storage, "kustomize-controller", { spec });
  await apply(oldest, "somebody", { metadata: { ...place, labels: { made: "by-somebody" } } });
  const controller = { fieldManager: "controller" };
  const merge = (value: JsonObject) => ({ type: "merge", value }) as const;
  // Two owners that differ in their version only.
  await cluster.patch(
    at(oldest),
    place,
    merge({ metadata: { labels: { found: "true" } } }),
    controller,
  );
  const annotations = { note: "kept" };
  await cluster.patch(at(storage), place, merge({ metadata: { annotations } }), controller);
  const status = merge({ status: { observedGeneration: 1 } });
  try {
    await cluster.patch(at(storage), place, status, { ...controller, subresource: "status" });
  } catch (error) {
    // Alert and Provider have no status since v1beta3.
    if (!isClusterError(error, "not-found")) throw error;
  }
}

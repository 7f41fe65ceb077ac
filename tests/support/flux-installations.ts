import { setTimeout as sleep } from "node:timers/promises";
import { listAt, objectAt, textAt } from "../../provider/core/deployment";
import { isObject, type JsonObject, type Manifest } from "../../provider/core/manifest";
import type { Cluster, Patch } from "../../provider/io/cluster/cluster";
import { typesOf } from "../../provider/io/cluster/discovery";
import { isClusterError } from "../../provider/io/cluster/error";
import type { ObjectName, ResourceType } from "../../provider/io/cluster/paths";
import { DEFINITIONS } from "../../provider/io/cluster/types";
import { ParsedFiles } from "../../provider/io/parsed-files";
import { prepare } from "../../provider/io/prepare";

/** What leaves an installation of Flux that is not ours. */
export const INSTALLERS = [
  "flux install",
  "flux bootstrap",
  "helm install",
  "kubectl apply",
  "Flux Operator",
] as const;
export type Installer = (typeof INSTALLERS)[number];

const VERSION = "2.9.4";

/** How the installers differ: who writes the fields, by what, and how they mark the objects. */
const TRACES: Readonly<Record<Installer, Trace>> = {
  "flux install": { applies: ["flux"], marks: () => ({}) },
  "flux bootstrap": {
    applies: ["flux", "kustomize-controller"],
    marks: (namespace) => ({
      labels: {
        "kustomize.toolkit.fluxcd.io/name": namespace,
        "kustomize.toolkit.fluxcd.io/namespace": namespace,
      },
    }),
  },
  "helm install": {
    creates: "helm",
    marks: (namespace) => ({
      labels: { "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "flux2-2.19.0" },
      annotations: {
        "meta.helm.sh/release-name": "flux2",
        "meta.helm.sh/release-namespace": namespace,
      },
    }),
  },
  "kubectl apply": {
    creates: "kubectl-client-side-apply",
    marks: () => ({
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"kind":"Some"}\n' },
    }),
  },
  "Flux Operator": {
    applies: ["flux-operator"],
    marks: (namespace) => ({
      labels: {
        "app.kubernetes.io/managed-by": "flux-operator",
        "fluxcd.controlplane.io/name": "flux",
        "fluxcd.controlplane.io/namespace": namespace,
      },
    }),
  },
};

interface Trace {
  /** The field managers of server-side applies, one after another. */
  readonly applies?: readonly string[];
  /** The field manager of a creation. */
  readonly creates?: string;
  readonly marks: (namespace: string) => {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** All objects of an instance with a sync, as they are rendered. */
export async function renderFlux(namespace: string): Promise<readonly Manifest[]> {
  const args = {
    namespace,
    distribution: { version: VERSION, registry: "ghcr.io/fluxcd" },
    sync: {
      kind: "GitRepository",
      url: "https://example.com/fleet.git",
      ref: "refs/heads/main",
      path: "clusters/one",
    },
  };
  const prepared = await prepare(args, { files: new ParsedFiles(), strict: false });
  if ("undecided" in prepared) throw new Error("the args decide all");
  return prepared.rendered.objects.map(({ manifest }) => manifest);
}

/** Leaves the objects as an installer does, with fields that ours have not; nothing is applied for real by it. */
export async function installAs(
  installer: Installer,
  cluster: Cluster,
  manifests: readonly Manifest[],
): Promise<void> {
  const { applies = [], creates, marks } = TRACES[installer];
  await eachObject(cluster, manifests, async (manifest, type, name) => {
    const { namespace } = manifest.metadata;
    const object =
      manifest.kind === "Namespace" ? manifest : asTheirs(manifest, marks(namespace ?? "any"));
    if (creates !== undefined) {
      const scope = namespace === undefined ? {} : { namespace };
      await cluster.create(type, object, { ...scope, fieldManager: creates });
    }
    for (const fieldManager of applies) {
      const patch: Patch = { type: "apply", value: object, force: true };
      await cluster.patch(type, name, patch, { fieldManager });
    }
  });
}

/** Applies objects as the children do. */
export async function applyAs(
  fieldManager: string,
  cluster: Cluster,
  manifests: readonly Manifest[],
): Promise<void> {
  await eachObject(cluster, manifests, async (manifest, type, name) => {
    const patch: Patch = { type: "apply", value: manifest, force: true };
    await cluster.patch(type, name, patch, { fieldManager });
  });
}

/** The live objects, in the order of the manifests. */
export async function readAll(
  cluster: Cluster,
  manifests: readonly Manifest[],
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  await eachObject(cluster, manifests, async (_manifest, type, name) => {
    found.push((await cluster.get(type, name)) ?? {});
  });
  return found;
}

/** Removes the CRDs, so that the next installer can bring them. */
export async function removeDefinitions(cluster: Cluster): Promise<void> {
  for await (const { metadata } of cluster.list(DEFINITIONS, { metadataOnly: true })) {
    const name = textAt(isObject(metadata) ? metadata : {}, "name");
    await cluster.delete(DEFINITIONS, { name });
    for (let attempt = 0; (await cluster.get(DEFINITIONS, { name })) !== undefined; attempt += 1) {
      if (attempt >= 300) throw new Error(`${name} does not go`);
      await sleep(100);
    }
  }
}

/** A manifest with what an earlier or other program had set, on the sync and on one of the Deployments. */
function asTheirs(manifest: Manifest, marks: JsonObject): Manifest {
  const { metadata, kind } = manifest;
  const labels = {
    "app.kubernetes.io/instance": metadata.namespace ?? "",
    "app.kubernetes.io/part-of": "flux",
    "app.kubernetes.io/version": `v${VERSION}`,
    ...objectAt(marks, "labels"),
  };
  const annotations = objectAt(marks, "annotations");
  const theirs = { ...manifest, metadata: { ...metadata, labels, annotations } } as Manifest;
  if (kind === "Deployment" && metadata.name === "kustomize-controller")
    return withOldFlags(theirs);
  if (kind !== "GitRepository") return theirs;
  const spec = objectAt(theirs, "spec");
  const ref = { ...objectAt(spec, "ref"), branch: "main" };
  return { ...theirs, spec: { ...spec, ref, timeout: "33s" } };
}

function withOldFlags(deployment: Manifest): Manifest {
  const spec = objectAt(deployment, "spec");
  const template = objectAt(spec, "template");
  const pod = objectAt(template, "spec");
  const containers = listAt(pod, "containers").map((container) =>
    isObject(container)
      ? {
          ...container,
          args: [...listAt(container, "args"), "--old-flag"],
          env: [...listAt(container, "env"), { name: "OLD_ENV", value: "old" }],
        }
      : container,
  );
  return {
    ...deployment,
    spec: { ...spec, template: { ...template, spec: { ...pod, containers } } },
  };
}

async function eachObject(
  cluster: Cluster,
  manifests: readonly Manifest[],
  run: (manifest: Manifest, type: ResourceType, name: ObjectName) => Promise<void>,
): Promise<void> {
  const known = new Map<string, ResourceType>();
  for (const manifest of manifests) {
    const { apiVersion, kind, metadata } = manifest;
    const { name, namespace } = metadata;
    const key = `${apiVersion} ${kind}`;
    const type = known.get(key) ?? (await untilServed(cluster, apiVersion, kind));
    known.set(key, type);
    await untilTaken(() =>
      run(manifest, type, namespace === undefined ? { name } : { namespace, name }),
    );
  }
}

async function untilServed(
  cluster: Cluster,
  apiVersion: string,
  kind: string,
): Promise<ResourceType> {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const types = await typesOf(cluster, group, version);
    const found = types.find((type) => type.kind === kind);
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`${kind} of ${apiVersion} is not served`);
}

/** A kind that was just established is refused for some moments more. */
async function untilTaken(run: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await run();
      return;
    } catch (error) {
      if (attempt >= 50 || !isClusterError(error, "not-found")) throw error;
      await sleep(100);
    }
  }
}

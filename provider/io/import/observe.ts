import { objectAt, textAt } from "../../core/deployment";
import type { Observed } from "../../core/import/observed";
import type { JsonObject } from "../../core/manifest";
import { InvalidInput } from "../../core/problem";
import { COMPONENTS } from "../../core/spec/spec";
import type { Cluster } from "../cluster/cluster";
import { typesOf, versionsOf } from "../cluster/discovery";
import { collect } from "../cluster/list";
import { nameOf, type ResourceType } from "../cluster/paths";
import { DEFINITIONS, DEPLOYMENTS } from "../cluster/types";

const PART_OF = "app.kubernetes.io/part-of=flux";
const CLAIMS: ResourceType = { group: "", version: "v1", plural: "persistentvolumeclaims" };
const POLICIES: ResourceType = {
  group: "networking.k8s.io",
  version: "v1",
  plural: "networkpolicies",
};
/** The policy that every Flux with policies has: flux2's manifests/policies. */
const POLICY = "allow-egress";

const OPERATOR = "fluxcd.controlplane.io";
const HEADLINE = "Flux can't be imported";

/** A Flux that was found. */
export interface Found {
  readonly observed: Observed;
  /** The FluxInstance of Flux Operator in its namespace, if any. */
  readonly instance?: JsonObject;
}

/**
 * Finds the Flux of a cluster; nothing is changed.
 *
 * @param namespace where it is; found by its Deployments where not given
 * @throws InvalidInput where there is none, or several
 * @throws ClusterError
 */
export async function observe(cluster: Cluster, namespace?: string): Promise<Found> {
  const deployments = await findDeployments(cluster, namespace);
  if (deployments.length === 0) throw refusal(noneReason(namespace));
  const there = namespace ?? onlyPlace(deployments.map((it) => nameOf(it).namespace ?? ""));
  const kustomization = await findFlux(cluster, "kustomize", "Kustomization", there, there);
  const source = kustomization === undefined ? undefined : await sourceOf(cluster, kustomization);
  const policy = await cluster.get(POLICIES, { namespace: there, name: POLICY });
  const instance = await findInstance(cluster, there);
  return {
    observed: {
      namespace: there,
      deployments,
      definitionVersion: await definitionVersion(cluster),
      claims: await collect(cluster.list(CLAIMS, { namespace: there })),
      hasNetworkPolicies: policy !== undefined,
      isOpenShift: (await versionsOf(cluster, "security.openshift.io")).length > 0,
      ...(kustomization === undefined ? {} : { kustomization }),
      ...(source === undefined ? {} : { source }),
    },
    ...(instance === undefined ? {} : { instance }),
  };
}

/** By the label that installers set; where nothing has it, by the names of the controllers. */
async function findDeployments(
  cluster: Cluster,
  namespace: string | undefined,
): Promise<readonly JsonObject[]> {
  const scope = namespace === undefined ? {} : { namespace };
  const labelled = await collect(cluster.list(DEPLOYMENTS, { ...scope, labels: PART_OF }));
  if (labelled.some(isController)) return labelled;
  const named = await Promise.all(
    COMPONENTS.map((name) =>
      collect(cluster.list(DEPLOYMENTS, { ...scope, fields: `metadata.name=${name}` })),
    ),
  );
  return named.flat();
}

/** By the CRD that every Flux has. */
async function definitionVersion(cluster: Cluster): Promise<string> {
  const definition = await cluster.get(DEFINITIONS, {
    name: "gitrepositories.source.toolkit.fluxcd.io",
  });
  const labels = objectAt(objectAt(definition ?? {}, "metadata"), "labels");
  return textAt(labels, "app.kubernetes.io/version");
}

function isController(deployment: JsonObject): boolean {
  return COMPONENTS.some((name) => name === nameOf(deployment).name);
}

function onlyPlace(namespaces: readonly string[]): string {
  const [first = "", ...others] = [...new Set(namespaces)].toSorted();
  if (others.length === 0) return first;
  throw refusal(
    `Flux is in the namespaces ${[first, ...others].join(", ")}; choose one by --namespace`,
  );
}

function noneReason(namespace?: string): string {
  const where = namespace === undefined ? "in this cluster" : `in namespace ${namespace}`;
  return `there is no Deployment of Flux ${where}; check --context and --namespace`;
}

function refusal(reason: string): InvalidInput {
  return new InvalidInput(HEADLINE, [{ path: "", reason }]);
}

async function sourceOf(
  cluster: Cluster,
  kustomization: JsonObject,
): Promise<JsonObject | undefined> {
  const reference = objectAt(objectAt(kustomization, "spec"), "sourceRef");
  const { namespace: own = "" } = nameOf(kustomization);
  const namespace = textAt(reference, "namespace") || own;
  const kind = textAt(reference, "kind");
  return await findFlux(cluster, "source", kind, namespace, textAt(reference, "name"));
}

/** An object of Flux at the version that the cluster prefers. */
async function findFlux(
  cluster: Cluster,
  family: string,
  kind: string,
  namespace: string,
  name: string,
): Promise<JsonObject | undefined> {
  const group = `${family}.toolkit.fluxcd.io`;
  for (const version of await versionsOf(cluster, group)) {
    const type = (await typesOf(cluster, group, version)).find((it) => it.kind === kind);
    if (type !== undefined) return await cluster.get(type, { namespace, name });
  }
  return undefined;
}

async function findInstance(cluster: Cluster, namespace: string): Promise<JsonObject | undefined> {
  const [version] = await versionsOf(cluster, OPERATOR);
  if (version === undefined) return undefined;
  const type = { group: OPERATOR, version, plural: "fluxinstances" };
  const [instance] = await collect(cluster.list(type, { namespace }));
  return instance;
}

import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { RECORD_NAME, type OwnerRecord } from "../../core/lifecycle/owner-record";
import type { LiveObject, Survey } from "../../core/lifecycle/plan";
import type { JsonObject } from "../../core/manifest";
import { COMPONENTS } from "../../core/spec/spec";
import type { Cluster } from "../cluster/cluster";
import { collect } from "../cluster/list";
import { nameOf, printObject, type ResourceType } from "../cluster/paths";
import { ClusterError } from "../cluster/error";
import { DEPLOYMENTS, NAMESPACES } from "../cluster/types";
import {
  CLUSTER_ROLE_BINDING_KIND,
  CLUSTER_ROLE_KIND,
  DEPLOYMENT_KIND,
  NAMESPACED_KINDS,
  type LiveKind,
} from "./instance-kinds";
import { findOwned } from "./farewell-objects";
import { readRecord } from "./owner-record";
import { findObjects } from "./uninstall-objects";

const PART_OF = "app.kubernetes.io/part-of=flux";
/** Cluster-wide objects carry the namespace at the end of their names: flux2's rbac.yaml. */
const CLUSTER_WIDE: readonly (readonly [LiveKind, readonly string[]])[] = [
  [CLUSTER_ROLE_BINDING_KIND, ["cluster-reconciler", "crd-controller"]],
  [CLUSTER_ROLE_KIND, ["crd-controller", "flux-edit", "flux-view"]],
];

const INSTANCES: ResourceType = {
  group: "fluxcd.controlplane.io",
  version: "v1",
  plural: "fluxinstances",
};

/**
 * What of a Flux is in a cluster, by its labels; Deployments and cluster-wide objects also by their names.
 *
 * @throws ClusterError managed, where Flux Operator would install it again; still-running, where another Flux needs the
 * CRDs
 */
export async function surveyFlux(cluster: Cluster, namespace: string): Promise<Survey> {
  await refuseInstances(cluster, namespace);
  await refuseOthers(cluster, namespace);
  const labels = `${PART_OF},app.kubernetes.io/instance=${namespace}`;
  const rest: LiveObject[] = [];
  for (const kind of NAMESPACED_KINDS) {
    const objects = await collect(cluster.list(kind, { namespace, labels, metadataOnly: true }));
    rest.push(...objects.map((object) => live(kind, object)));
  }
  for (const [kind, names] of CLUSTER_WIDE) {
    const labelled = await collect(cluster.list(kind, { labels, metadataOnly: true }));
    const named = await findNamed(
      cluster,
      kind,
      names.map((name) => ({ name: `${name}-${namespace}` })),
    );
    rest.push(...distinct(kind, [...named, ...labelled]));
  }
  const record = await readRecord(cluster);
  const found = await findObjects(cluster, Object.values(FLUX_KINDS).flat());
  return {
    namespace,
    deployments: await findDeployments(cluster, namespace),
    kinds: found.map(({ kind, objects }) => ({ kind, count: objects.length })),
    rest,
    hasNamespace: (await cluster.get(NAMESPACES, { name: namespace })) !== undefined,
    record: record === undefined ? undefined : { ...CLUSTER_ROLE_KIND, name: RECORD_NAME },
    owned: record === undefined ? [] : await findMarked(cluster, record, namespace),
  };
}

async function findMarked(
  cluster: Cluster,
  { id }: OwnerRecord,
  namespace: string,
): Promise<readonly LiveObject[]> {
  const { objects, namespace: own } = await findOwned(cluster, id, namespace);
  return [...objects, ...(own === undefined ? [] : [own])].map(({ type, name }) => {
    const { group, version, plural, kind } = type;
    return { group, version, plural, kind, ...name };
  });
}

async function findDeployments(
  cluster: Cluster,
  namespace: string,
): Promise<readonly LiveObject[]> {
  const listing = { namespace, labels: PART_OF, metadataOnly: true };
  const labelled = await collect(cluster.list(DEPLOYMENTS, listing));
  const names = COMPONENTS.map((name) => ({ namespace, name }));
  return distinct(DEPLOYMENT_KIND, [
    ...(await findNamed(cluster, DEPLOYMENTS, names)),
    ...labelled,
  ]);
}

async function findNamed(
  cluster: Cluster,
  type: ResourceType,
  names: readonly { readonly namespace?: string; readonly name: string }[],
): Promise<readonly JsonObject[]> {
  const found = await Promise.all(names.map((name) => cluster.get(type, name)));
  return found.filter((object) => object !== undefined);
}

function distinct(kind: LiveKind, objects: readonly JsonObject[]): readonly LiveObject[] {
  const byName = new Map(objects.map((object) => [printObject(object), live(kind, object)]));
  return [...byName.values()];
}

function live({ group, version, plural, kind }: LiveKind, object: JsonObject): LiveObject {
  return { group, version, plural, kind, ...nameOf(object) };
}

async function refuseInstances(cluster: Cluster, namespace: string): Promise<void> {
  const [instance] = await collect(cluster.list(INSTANCES, { namespace, metadataOnly: true }));
  if (instance === undefined) return;
  const name = printObject(instance);
  const message =
    `Flux Operator manages this Flux by the FluxInstance ${name}, and would install it again. Nothing was changed; ` +
    `delete the FluxInstance instead, which uninstalls Flux (cluster ${cluster.title})`;
  throw new ClusterError("managed", message);
}

async function refuseOthers(cluster: Cluster, namespace: string): Promise<void> {
  const labels = `${PART_OF},app.kubernetes.io/component in (${COMPONENTS.join(",")})`;
  const all = await collect(cluster.list(DEPLOYMENTS, { labels, metadataOnly: true }));
  const other = all.find((object) => nameOf(object).namespace !== namespace);
  if (other === undefined) return;
  const message =
    `Another Flux is in this cluster: Deployment ${printObject(other)} needs the same CRDs. Nothing was changed; ` +
    `give its namespace by --namespace if that is the one to uninstall (cluster ${cluster.title})`;
  throw new ClusterError("still-running", message);
}

import { listAt, objectAt, textAt } from "../../core/deployment";
import { absent, namedOf, type Finding, type Named } from "../../core/lifecycle/readiness";
import { judgeClaim } from "../../core/lifecycle/readiness-claim";
import { judgeDeployment } from "../../core/lifecycle/readiness-deployment";
import { claimsOf, judgePod } from "../../core/lifecycle/readiness-pod";
import { judgeSync } from "../../core/lifecycle/readiness-sync";
import { FLUX_KINDS } from "../../core/lifecycle/kinds";
import { isObject, type JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { isClusterError } from "../cluster/error";
import { collect } from "../cluster/list";
import type { ResourceType } from "../cluster/paths";
import { readEvents } from "../cluster/pods";
import { CLAIMS, DEPLOYMENTS, PODS } from "../cluster/types";
import type { ReadinessInputs, SyncObject } from "./readiness-inputs";

const REPLICA_SETS: ResourceType = { group: "apps", version: "v1", plural: "replicasets" };
const CONFIG_MAPS: ResourceType = { group: "", version: "v1", plural: "configmaps" };

/** The Deployment controller numbers a Deployment's ReplicaSets by this. */
const REVISION = "deployment.kubernetes.io/revision";

/**
 * Looks once at all that has to be ready, and returns what keeps it from being so: the cause before what follows
 * from it. One list while all Deployments are ready, two more when one is not, and one request per sync object.
 *
 * @throws ClusterError
 */
export async function look(cluster: Cluster, inputs: ReadinessInputs): Promise<readonly Finding[]> {
  const [deployments, sync] = await Promise.all([
    lookAtDeployments(cluster, inputs),
    Promise.all(inputs.sync.map((object) => lookAtSync(cluster, object))),
  ]);
  return [...deployments, ...sync.flat()];
}

/**
 * Whether something adds nodes when pods need them: the status of the cluster autoscaler, or Karpenter's API. Where it
 * can't be told the answer is yes, which only costs time.
 */
export async function isScaled(cluster: Cluster): Promise<boolean> {
  const name = { namespace: "kube-system", name: "cluster-autoscaler-status" };
  const path = "/apis/karpenter.sh";
  const karpenter = cluster.session.send("look for Karpenter", { method: "GET", path });
  const found = await Promise.all([
    existsOrUnclear(cluster.get(CONFIG_MAPS, name)),
    existsOrUnclear(karpenter),
  ]);
  return found.some(Boolean);
}

async function existsOrUnclear(answer: Promise<unknown>): Promise<boolean> {
  try {
    return (await answer) !== undefined;
  } catch (error) {
    return !isClusterError(error, "not-found");
  }
}

async function lookAtDeployments(
  cluster: Cluster,
  { namespace, deployments }: ReadinessInputs,
): Promise<readonly Finding[]> {
  const all = await collect(cluster.list(DEPLOYMENTS, { namespace }));
  const findings = deployments.map((name) => {
    const live = all.find((object) => textAt(objectAt(object, "metadata"), "name") === name);
    const found =
      live === undefined
        ? [absent({ kind: "Deployment", namespace, name })]
        : judgeDeployment(live);
    return { live, found };
  });
  const unready = findings.flatMap(({ live, found }) =>
    live === undefined || found.length === 0 ? [] : [live],
  );
  const pods = unready.length === 0 ? [] : await lookAtPods(cluster, namespace, unready);
  return [...pods, ...findings.flatMap(({ found }) => found)];
}

/** Those of the newest ReplicaSets; what the old ones do matters no more. */
async function lookAtPods(
  cluster: Cluster,
  namespace: string,
  deployments: readonly JsonObject[],
): Promise<readonly Finding[]> {
  const [sets, pods] = await orNothing(
    Promise.all([
      collect(cluster.list(REPLICA_SETS, { namespace, metadataOnly: true })),
      collect(cluster.list(PODS, { namespace })),
    ]),
    [[], []],
  );
  const found = deployments.flatMap((deployment) => {
    const of = namedOf("Deployment", deployment);
    const newest = sets.filter(
      (set) => isOwned(set, deployment) && revisionOf(set) === revisionOf(deployment),
    );
    return pods
      .filter((pod) => newest.some((set) => isOwned(pod, set)))
      .map((pod) => ({ pod, of, findings: judgePod(pod, of) }));
  });
  const waiting = found.filter(({ findings }) =>
    findings.some(({ condition }) => condition === "PodScheduled=False"),
  );
  const claims = await Promise.all(
    waiting.map(({ pod, of }) => lookAtClaims(cluster, namespace, of, claimsOf(pod))),
  );
  return [...claims.flat(), ...found.flatMap(({ findings }) => findings)];
}

async function lookAtClaims(
  cluster: Cluster,
  namespace: string,
  of: Named,
  names: readonly string[],
): Promise<readonly Finding[]> {
  const judged = names.map(async (name) => {
    const claim = await orNothing(cluster.get(CLAIMS, { namespace, name }), undefined);
    if (claim === undefined) return [];
    const uid = textAt(objectAt(claim, "metadata"), "uid");
    return judgeClaim(claim, of, await orNothing(readEvents(cluster, { namespace, uid }), []));
  });
  return (await Promise.all(judged)).flat();
}

async function lookAtSync(cluster: Cluster, object: SyncObject): Promise<readonly Finding[]> {
  const { apiVersion, kind, namespace, name } = object;
  const [group = "", version = ""] = apiVersion.split("/");
  const known = Object.values(FLUX_KINDS).flat();
  const plural = known.find((one) => one.group === group && one.kind === kind)?.plural;
  const live =
    plural === undefined
      ? undefined
      : await cluster.get({ group, version, plural }, { namespace, name });
  return live === undefined ? [absent({ kind, namespace, name })] : judgeSync(kind, live);
}

/** What only explains a finding may be forbidden to the user. */
async function orNothing<T>(answer: Promise<T>, nothing: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isClusterError(error, "forbidden")) return nothing;
    throw error;
  }
}

function isOwned(object: JsonObject, owner: JsonObject): boolean {
  const uid = textAt(objectAt(owner, "metadata"), "uid");
  const owners = listAt(objectAt(object, "metadata"), "ownerReferences");
  return owners.some((one) => isObject(one) && one["uid"] === uid);
}

function revisionOf(object: JsonObject): string {
  return textAt(objectAt(objectAt(object, "metadata"), "annotations"), REVISION);
}

import { objectAt } from "../../core/deployment";
import type { JsonObject } from "../../core/manifest";
import type { Cluster } from "../cluster/cluster";
import { ClusterError, isClusterError } from "../cluster/error";
import { forEach } from "../cluster/parallel";
import { printType, type ResourceType } from "../cluster/paths";

/** Something that is about to be done with objects, in all namespaces where none is named. */
export interface Right {
  readonly verb: "get" | "list" | "patch" | "update" | "delete";
  readonly type: Pick<ResourceType, "group" | "plural">;
  readonly subresource?: "status";
  readonly namespace?: string;
}

const AT_ONCE = 8;
const REVIEWS = {
  group: "authorization.k8s.io",
  version: "v1",
  plural: "selfsubjectaccessreviews",
};

/**
 * Asks before the first change whether all of them will be allowed, so that none is left half done. Where the cluster
 * does not answer such questions, nothing is refused.
 *
 * @param what what can't be done without them
 * @throws ClusterError forbidden, naming every right that is missing
 */
export async function requireRights(
  cluster: Cluster,
  what: string,
  rights: readonly Right[],
): Promise<void> {
  const missing: string[] = [];
  const distinct = new Map(rights.map((right) => [printRight(right), right]));
  await forEach(distinct, AT_ONCE, async ([text, right]) => {
    if (!(await isAllowed(cluster, right))) missing.push(text);
  });
  if (missing.length === 0) return;
  const scope = rights.some(({ namespace }) => namespace === undefined)
    ? " for all namespaces"
    : "";
  const message =
    `Can't ${what}: the user of the kubeconfig may not ${missing.toSorted().join(", ")}. ` +
    `Nothing was changed; grant this${scope} and run again (cluster ${cluster.title})`;
  throw new ClusterError("forbidden", message);
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access */
async function isAllowed(cluster: Cluster, right: Right): Promise<boolean> {
  try {
    const review = await cluster.create(REVIEWS, reviewOf(right));
    return objectAt(review, "status")["allowed"] === true;
  } catch (error) {
    if (isClusterError(error, "forbidden", "not-found")) return true;
    throw error;
  }
}

function reviewOf({ verb, type: { group, plural }, subresource, namespace }: Right): JsonObject {
  const part = {
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource: plural, ...part } },
  };
}

function printRight({ verb, type, subresource, namespace }: Right): string {
  const part = subresource === undefined ? "" : `/${subresource}`;
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `${verb} ${printType(type)}${part}${where}`;
}

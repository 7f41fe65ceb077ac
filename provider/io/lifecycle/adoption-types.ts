import type { ObjectReference } from "../../core/lifecycle/inputs";
import type { Cluster } from "../cluster/cluster";
import { typesOf, versionsOf, type ServedType } from "../cluster/discovery";
import { forEach } from "../cluster/parallel";
import type { ResourceType } from "../cluster/paths";

const READS_AT_ONCE = 16;

const builtIn = (apiVersion: string, kind: string, plural: string) => {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  return [apiVersion, kind, { group, version, plural }] as const;
};

/** The kinds of Kubernetes that Flux has. Every cluster serves them, so they need no discovery. */
const BUILT_IN = [
  builtIn("v1", "ServiceAccount", "serviceaccounts"),
  builtIn("v1", "Service", "services"),
  builtIn("v1", "ResourceQuota", "resourcequotas"),
  builtIn("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
  builtIn("apps/v1", "Deployment", "deployments"),
  builtIn("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
  builtIn("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
  builtIn("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings"),
  builtIn("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions"),
];

/** The types of references by `typeKey`; one that the cluster does not have is left out. */
export async function findTypes(
  cluster: Cluster,
  references: readonly ObjectReference[],
): Promise<ReadonlyMap<string, ResourceType>> {
  const found = new Map<string, ResourceType>(
    BUILT_IN.map(([apiVersion, kind, type]) => [typeKey({ apiVersion, kind }), type]),
  );
  const others = references.filter((reference) => !found.has(typeKey(reference)));
  const apiVersions = [...new Set(others.map(({ apiVersion }) => apiVersion))];
  await forEach(apiVersions, READS_AT_ONCE, async (apiVersion) => {
    const kinds = new Set(
      others.filter((it) => it.apiVersion === apiVersion).map(({ kind }) => kind),
    );
    for (const type of await typesFor(cluster, apiVersion, kinds)) {
      found.set(typeKey({ apiVersion, kind: type.kind }), type);
    }
  });
  return found;
}

/** A kind whose version is not served yet, as before an upgrade, is asked in another one. */
async function typesFor(
  cluster: Cluster,
  apiVersion: string,
  kinds: ReadonlySet<string>,
): Promise<readonly ServedType[]> {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  const types: ServedType[] = [];
  const missing = new Set(kinds);
  const ask = async (asked: string) => {
    for (const type of await typesOf(cluster, group, asked)) {
      if (missing.delete(type.kind)) types.push(type);
    }
  };
  await ask(version);
  if (missing.size === 0 || group === "") return types;
  for (const other of await versionsOf(cluster, group)) {
    if (other !== version && missing.size > 0) await ask(other);
  }
  return types;
}

/** A kind at one version. */
export function typeKey({
  apiVersion,
  kind,
}: Pick<ObjectReference, "apiVersion" | "kind">): string {
  return `${apiVersion} ${kind}`;
}

import { parse, stringify } from "yaml";
import type { JsonObject } from "../../provider/core/manifest";
import { applyAll } from "./flux/objects-of";
import { child, text } from "./kubernetes-plugin/identity";
import type { Objects } from "./kubernetes-plugin/objects";

const RBAC = "rbac.authorization.k8s.io";
const ACCOUNT = { name: "limited", namespace: "kube-system" };

/** A rule of a ClusterRole. */
export const rule = (apiGroup: string, resource = "*", verbs: readonly string[] = ["*"]) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});

/** The kubeconfig of a ServiceAccount that may do what some rules say, in all namespaces. */
export async function limitedKubeconfig(
  objects: Objects,
  kubeconfig: string,
  rules: readonly JsonObject[],
): Promise<string> {
  const { name } = ACCOUNT;
  await applyAll(objects, [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: ACCOUNT },
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", ...ACCOUNT }],
    },
  ]);
  const path = `/api/v1/namespaces/${ACCOUNT.namespace}/serviceaccounts/${name}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const answer = await objects.client.send({ method: "POST", path, body });
  const config = parse(kubeconfig) as { users: { user: JsonObject }[] };
  for (const user of config.users) user.user = { token: text(child(answer, "status")["token"]) };
  return stringify(config);
}

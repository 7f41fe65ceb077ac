import { parse, stringify } from "yaml";
import type { JsonObject } from "../../provider/core/manifest";
import { pathOf } from "../../provider/io/cluster/paths";
import { applyAll } from "./flux/objects-of";
import { child, text } from "./kubernetes/identity";
import type { Objects } from "./kubernetes/objects";

const RBAC = "rbac.authorization.k8s.io";
const ACCOUNTS = { group: "", version: "v1", plural: "serviceaccounts" };
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
  const path = pathOf(ACCOUNTS, ACCOUNT, "token");
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { session } = await objects.cluster();
  const answer = await session.sendForObject("create a token", { method: "POST", path, body });
  const config = parse(kubeconfig) as { users: { user: JsonObject }[] };
  for (const user of config.users) user.user = { token: text(child(answer, "status")["token"]) };
  return stringify(config);
}

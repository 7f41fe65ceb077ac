import { listAt } from "../../deployment";
import { isObject, type Json } from "../../manifest";
import type { Step } from "../context";
import { mapKind } from "../draft";

/** The kinds of Flux Operator that notifications may name; kept for equality with the reference. */
const OPERATOR_RULE = { apiGroups: ["fluxcd.controlplane.io"], resources: ["*"], verbs: ["*"] };

/**
 * Rules of the ClusterRole `crd-controller`: without object-level workload identity controllers may not mint
 * ServiceAccount tokens; with notification-controller they may read the objects of Flux Operator.
 */
export const permissions: Step = (drafts, { spec }) =>
  mapKind(drafts, "ClusterRole", (role, draft) => {
    if (draft.original.name !== "crd-controller") return role;
    const { objectLevelWorkloadIdentity: mints } = spec.cluster;
    const kept = listAt(role, "rules").filter((rule) => mints || !mintsTokens(rule));
    const notifies = spec.components.includes("notification-controller");
    return { ...role, rules: notifies ? [...kept, OPERATOR_RULE] : kept };
  });

function mintsTokens(rule: Json): boolean {
  return isObject(rule) && listAt(rule, "resources").includes("serviceaccounts/token");
}

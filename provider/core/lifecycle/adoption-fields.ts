import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";

/**
 * The field managers of what installs Flux. An entry by Apply is a whole manifest; controllers that only look after their
 * objects write by Update, so of kustomize-controller only the Apply counts. `kubectl rollout restart` is left out: taking
 * its annotation from the pods would restart them.
 */
const INSTALLERS: readonly { readonly name: RegExp; readonly operation?: "Apply" | "Update" }[] = [
  { name: /^flux$/ },
  { name: /^flux-operator$/ },
  { name: /^kustomize-controller$/, operation: "Apply" },
  { name: /^helm-controller$/ },
  { name: /^helm(?:\.exe)?$/ },
  { name: /^terraform-provider-helm/i },
  { name: /^(?:Terraform|HashiCorp)$/ },
  { name: /^kubectl(?!-rollout$)/ },
  { name: /^before-first-apply/, operation: "Update" },
  { name: /^argocd-/ },
  { name: /^pulumi-/ },
];

/** Whether an entry of `managedFields` is of somebody who installed the object, and not of its status or scale. */
export function isInstaller(owner: JsonObject): boolean {
  if (textAt(owner, "subresource") !== "") return false;
  const [manager, operation] = [textAt(owner, "manager"), textAt(owner, "operation")];
  return INSTALLERS.some(
    (installer) => installer.name.test(manager) && (installer.operation ?? operation) === operation,
  );
}

/**
 * The entries with those of all installers as one, of `manager` by Apply: what it then does not apply any more, goes. Undefined
 * where it is so already.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership-between-managers
 */
export function mergeOwners(
  owners: readonly JsonObject[],
  manager: string,
  apiVersion: string,
): readonly JsonObject[] | undefined {
  const installers = owners.filter(isInstaller);
  const others = installers.filter((owner) => !isOwn(owner, manager));
  if (others.length === 0) return undefined;
  const [last] = installers.toSorted((a, b) => (textAt(a, "time") < textAt(b, "time") ? 1 : -1));
  const merged = {
    ...last,
    manager,
    operation: "Apply",
    apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: installedFields(owners),
  };
  return [merged, ...owners.filter((owner) => !isInstaller(owner))];
}

/** The fields of all installers, as one tree in the form of `fieldsV1`. */
export function installedFields(owners: readonly JsonObject[]): JsonObject {
  return owners
    .filter(isInstaller)
    .map((owner) => objectAt(owner, "fieldsV1"))
    .reduce(union, {});
}

function isOwn(owner: JsonObject, manager: string): boolean {
  return owner["manager"] === manager && owner["operation"] === "Apply";
}

/** Sets of fields are trees whose keys are the fields. */
function union(one: JsonObject, other: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    keys.map((key) => [key, union(objectAt(one, key), objectAt(other, key))]),
  );
}

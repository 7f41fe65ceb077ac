import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import type { Problem } from "../problem";
import { annotationsOf, type Existing } from "./ownership";

/**
 * Refuses to share objects with Flux Operator, which would take back every change.
 *
 * @param instances its FluxInstance objects
 * @param existing objects of ours that the cluster has already
 */
export function problemsOfOperator(
  instances: readonly JsonObject[],
  existing: readonly Existing[],
  namespace: string,
): readonly Problem[] {
  const owned = new Set(
    existing.map(({ live }) => {
      const labels = objectAt(objectAt(live, "metadata"), "labels");
      return `${textAt(labels, "fluxcd.controlplane.io/namespace")}/${textAt(labels, "fluxcd.controlplane.io/name")}`;
    }),
  );
  return instances
    .filter((instance) => !isDisabled(instance))
    .map((instance) => objectAt(instance, "metadata"))
    .map((metadata) => ({
      namespace: textAt(metadata, "namespace"),
      name: textAt(metadata, "name"),
    }))
    .filter((it) => it.namespace === namespace || owned.has(`${it.namespace}/${it.name}`))
    .map((it) => ({ path: "", reason: operatorReason(it.namespace, it.name) }));
}

function isDisabled(instance: JsonObject): boolean {
  return (
    textAt(annotationsOf(instance), "fluxcd.controlplane.io/reconcile").toLowerCase() === "disabled"
  );
}

function operatorReason(namespace: string, name: string): string {
  return (
    `Flux Operator reconciles the FluxInstance ${namespace}/${name} and would take back every change. To hand Flux over: ` +
    `1. \`kubectl -n ${namespace} annotate fluxinstance ${name} --overwrite fluxcd.controlplane.io/reconcile=disabled\`; ` +
    "2. run `pulumi up` with `adopt: true`; " +
    `3. \`kubectl -n ${namespace} delete fluxinstance ${name}\` while it is still disabled, so that nothing is uninstalled; ` +
    "4. uninstall Flux Operator."
  );
}

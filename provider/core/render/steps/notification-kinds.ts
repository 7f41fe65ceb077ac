import { listAt, withObject, withObjectAt } from "../../deployment";
import { isObject, type Json } from "../../manifest";
import type { Step } from "../context";
import { mapKind } from "../draft";

/** Kinds of Flux Operator, in the order in which the reference appends them. */
const OPERATOR_KINDS = ["FluxInstance", "ResourceSet", "ResourceSetInputProvider"];

/** The list whose `kind` is an enum, by CRD. */
const LIST_OF_KINDS: Readonly<Record<string, string>> = {
  "alerts.notification.toolkit.fluxcd.io": "eventSources",
  "receivers.notification.toolkit.fluxcd.io": "resources",
};

/** Alerts and Receivers may also name the kinds of Flux Operator. */
export const notificationKinds: Step = (drafts) =>
  mapKind(drafts, "CustomResourceDefinition", (crd) => {
    const list = LIST_OF_KINDS[crd.metadata.name];
    if (list === undefined) return crd;
    return withObject(crd, "spec", (spec) => ({
      ...spec,
      versions: listAt(spec, "versions").map((version) => withKinds(version, list)),
    }));
  });

function withKinds(version: Json, list: string): Json {
  if (!isObject(version)) return version;
  const path = [
    ...["schema", "openAPIV3Schema", "properties", "spec", "properties"],
    ...[list, "items", "properties", "kind"],
  ];
  return withObjectAt(version, path, (kind) => ({
    ...kind,
    enum: [...listAt(kind, "enum"), ...OPERATOR_KINDS],
  }));
}

import { listAt, objectAt, withObject } from "../../deployment";
import { isObject, type Json, type JsonObject } from "../../manifest";
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
  return change(version, path, (kind) => ({
    ...kind,
    enum: [...listAt(kind, "enum"), ...OPERATOR_KINDS],
  }));
}

/** Changes the object at a path; a version without it stays as it is. */
function change(
  parent: JsonObject,
  path: readonly string[],
  edit: (value: JsonObject) => JsonObject,
): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return edit(parent);
  if (!isObject(parent[key])) return parent;
  return withObject(parent, key, () => change(objectAt(parent, key), rest, edit));
}

import { objectAt, textAt } from "../deployment";
import type { JsonObject } from "../manifest";
import { isInstaller, mergeOwners } from "./adoption-fields";
import { managedFieldsOf } from "./ownership";

/** What other tools leave on objects to find them again, by the part of `metadata`. */
const LEFTOVERS = {
  annotations: [
    "kubectl.kubernetes.io/last-applied-configuration",
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
  ],
  labels: ["kustomize.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/namespace"],
} as const;

/** Tells kustomize-controller to leave an object alone, as every rendered object does. */
const IGNORED = "kustomize.toolkit.fluxcd.io/ssa";

/**
 * The JSON patch that gives an object's fields from those who installed it to one manager, and removes what they left to
 * find it again; empty where there is nothing to do. It fails with a conflict where the object has changed meanwhile.
 * No field of `spec` changes.
 *
 * @param live `metadata` of the object
 * @param apiVersion at which the fields are valid: one that the cluster serves
 */
export function adoptionOf(
  live: JsonObject,
  manager: string,
  apiVersion: string,
): readonly JsonObject[] {
  const metadata = objectAt(live, "metadata");
  const owners = managedFieldsOf(live);
  const merged = mergeOwners(owners, manager, apiVersion);
  const changes = [
    ...(merged === undefined
      ? []
      : [{ op: "replace", path: "/metadata/managedFields", value: merged }]),
    ...leftoversIn(metadata, "annotations"),
    ...leftoversIn(metadata, "labels"),
    ...ignoring(metadata, owners),
  ];
  if (changes.length === 0) return [];
  const value = textAt(metadata, "resourceVersion");
  return [{ op: "replace", path: "/metadata/resourceVersion", value }, ...changes];
}

function leftoversIn(metadata: JsonObject, part: keyof typeof LEFTOVERS): readonly JsonObject[] {
  const present = objectAt(metadata, part);
  return LEFTOVERS[part]
    .filter((key) => present[key] !== undefined)
    .map((key) => ({ op: "remove", path: pathOf(part, key) }));
}

/** Between this and the update of the object kustomize-controller must not apply it again. */
function ignoring(metadata: JsonObject, owners: readonly JsonObject[]): readonly JsonObject[] {
  const isApplied = owners.some(
    (owner) => textAt(owner, "manager") === "kustomize-controller" && isInstaller(owner),
  );
  const annotations = metadata["annotations"];
  if (!isApplied || objectAt(metadata, "annotations")[IGNORED] !== undefined) return [];
  return annotations === undefined
    ? [{ op: "add", path: "/metadata/annotations", value: { [IGNORED]: "Ignore" } }]
    : [{ op: "add", path: pathOf("annotations", IGNORED), value: "Ignore" }];
}

/** A JSON pointer: https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function pathOf(part: string, key: string): string {
  return `/metadata/${part}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

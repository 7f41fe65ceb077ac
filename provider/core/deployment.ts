import { isObject, type Json, type JsonObject, type Manifest } from "./manifest";

/** The object at a key; empty where there is none. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

/** The list at a key; empty where there is none. */
export function listAt(parent: JsonObject, key: string): readonly Json[] {
  const value = parent[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The string at a key; empty where there is none. */
export function textAt(parent: JsonObject, key: string): string {
  const value = parent[key];
  return typeof value === "string" ? value : "";
}

/** A copy of an object with one property replaced by what `change` makes of the object there. */
export function withObject<T extends JsonObject>(
  parent: T,
  key: string,
  change: (value: JsonObject) => JsonObject,
): T {
  return { ...parent, [key]: change(objectAt(parent, key)) };
}

/** A copy of an object with the object at a path changed; the same one where there is none at the path. */
export function withObjectAt<T extends JsonObject>(
  parent: T,
  path: readonly string[],
  change: (value: JsonObject) => JsonObject,
): T {
  const [key, ...rest] = path;
  if (key === undefined || !isObject(parent[key])) return parent;
  const inner =
    rest.length === 0 ? change : (value: JsonObject) => withObjectAt(value, rest, change);
  return withObject(parent, key, inner);
}

/** A copy of an object without the given keys. */
export function without(parent: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(parent).filter(([key]) => !keys.includes(key)));
}

/** A copy of a Deployment with another pod template. */
export function withTemplate(
  deployment: Manifest,
  change: (template: JsonObject) => JsonObject,
): Manifest {
  return withObject(deployment, "spec", (spec) => withObject(spec, "template", change));
}

/** A copy of a Deployment with another pod spec. */
export function withPodSpec(
  deployment: Manifest,
  change: (podSpec: JsonObject) => JsonObject,
): Manifest {
  return withTemplate(deployment, (template) => withObject(template, "spec", change));
}

/** A copy of a Deployment with another first container; a Flux controller has one, `manager`. */
export function withManager(
  deployment: Manifest,
  change: (container: JsonObject) => JsonObject,
): Manifest {
  return withPodSpec(deployment, (podSpec) => ({
    ...podSpec,
    containers: listAt(podSpec, "containers").map((container, index) =>
      index === 0 && isObject(container) ? change(container) : container,
    ),
  }));
}

/** The containers of a Deployment; empty for every other kind. */
export function deploymentContainers(manifest: Manifest): readonly JsonObject[] {
  if (manifest.kind !== "Deployment") return [];
  const podSpec = objectAt(objectAt(objectAt(manifest, "spec"), "template"), "spec");
  return listAt(podSpec, "containers").filter(isObject);
}

/** The names of the PersistentVolumeClaims that the pods of a Deployment mount; none for every other kind. */
export function claimsOf(manifest: Manifest): readonly string[] {
  if (manifest.kind !== "Deployment") return [];
  const podSpec = objectAt(objectAt(objectAt(manifest, "spec"), "template"), "spec");
  return listAt(podSpec, "volumes")
    .filter(isObject)
    .map((volume) => textAt(objectAt(volume, "persistentVolumeClaim"), "claimName"))
    .filter((name) => name !== "");
}

/** The ServiceAccount of the pods of a Deployment; empty where none is named, and for every other kind. */
export function accountOf(manifest: Manifest): string {
  if (manifest.kind !== "Deployment") return "";
  const podSpec = objectAt(objectAt(objectAt(manifest, "spec"), "template"), "spec");
  return textAt(podSpec, "serviceAccountName");
}

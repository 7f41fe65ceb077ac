/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; values are only reachable by narrowing. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** `metadata` of a Kubernetes object, as far as rendering looks at it. */
export interface Metadata extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One Kubernetes object as plain data. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** True for a JSON object: not null, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The API group of a manifest; empty for the core group. */
export function groupOf(manifest: Manifest): string {
  const slash = manifest.apiVersion.indexOf("/");
  return slash < 0 ? "" : manifest.apiVersion.slice(0, slash);
}

/** The API version of a manifest without its group. */
export function versionOf(manifest: Manifest): string {
  return manifest.apiVersion.slice(manifest.apiVersion.indexOf("/") + 1);
}

/** `Kind/namespace/name`, or `Kind/name` where there is no namespace: the one printed identity. */
export function printId(manifest: Manifest): string {
  const { name, namespace } = manifest.metadata;
  return namespace === undefined
    ? `${manifest.kind}/${name}`
    : `${manifest.kind}/${namespace}/${name}`;
}

import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../manifest";
import { isObject } from "../manifest";
import type { Draft } from "./draft";

/**
 * `vX.Y.Z@sha256:…` of a rendered set, before the user's labels and annotations. The same objects give the same
 * revision. Secret and unknown values do not enter it: their property path does.
 */
export function revisionOf(version: string, drafts: readonly Draft[]): string {
  const hash = createHash("sha256");
  for (const draft of drafts) hash.update(canonical(identity(draft))).update("\n");
  return `${version}@sha256:${hash.digest("hex")}`;
}

/** Of an object that an opaque patch reaches, only what the patch cannot hide. */
function identity({ manifest, taints }: Draft): JsonObject {
  if (taints.length === 0) return manifest;
  const { apiVersion, kind, metadata } = manifest;
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, namespace }, taints };
}

/** JSON with the keys of every object sorted. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join(",")}}`;
}

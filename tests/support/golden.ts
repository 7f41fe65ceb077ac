import { createHash } from "node:crypto";
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import type { Image } from "../../provider/core/distribution/images";
import { isObject, type Json, type JsonObject, type Manifest } from "../../provider/core/manifest";
import { SHARED } from "./shared";

/** A golden case: what the reference makes of a spec, or that it refuses it. */
export type Expected =
  | { readonly error: string }
  | { readonly version: string; readonly images: readonly Image[]; readonly objects: Json };

/** The names of all golden cases; none where the reference data is not there. */
export function goldenNames(): readonly string[] {
  const folder = join(SHARED, "golden", "specs");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));
}

/** The args of a golden case: its spec, its namespace, and the reference releases. */
export function goldenArgs(name: string): JsonObject {
  const text = readFileSync(join(SHARED, "golden", "specs", `${name}.yaml`), "utf8");
  const instance = parse(text) as { metadata: { namespace: string }; spec: JsonObject };
  const artifact = pathToFileURL(join(SHARED, "distribution")).href;
  const distribution = instance.spec["distribution"] as JsonObject;
  return {
    ...instance.spec,
    namespace: instance.metadata.namespace,
    distribution: { ...distribution, artifact },
  };
}

export function goldenExpected(name: string): Expected {
  const text = readFileSync(join(SHARED, "golden", "expected", `${name}.json`), "utf8");
  return JSON.parse(text) as Expected;
}

const OWNERSHIP = [
  "app.kubernetes.io/managed-by",
  "fluxcd.controlplane.io/name",
  "fluxcd.controlplane.io/namespace",
];

/** Rendered objects in the form of the golden files (their README). */
export function toGolden(manifests: readonly Manifest[]): readonly JsonObject[] {
  return manifests
    .map((manifest) => withoutOwnership(withHashedSpec(manifest)))
    .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
}

function sortKey({ kind, metadata }: Manifest): string {
  return [kind, metadata.namespace ?? "", metadata.name].join("\0");
}

function withoutOwnership(manifest: Manifest): Manifest {
  const labels = Object.entries(manifest.metadata.labels ?? {}).filter(
    ([key]) => !OWNERSHIP.includes(key),
  );
  const metadata = { ...manifest.metadata, labels: Object.fromEntries(labels) };
  return { ...manifest, metadata };
}

function withHashedSpec(manifest: Manifest): Manifest {
  if (manifest.kind !== "CustomResourceDefinition") return manifest;
  const { spec, ...rest } = manifest;
  const specSha256 = createHash("sha256")
    .update(sorted(spec ?? null))
    .digest("hex");
  return { ...rest, specSha256 };
}

function sorted(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => sorted(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(value[key] ?? null)}`);
  return `{${entries.join(",")}}`;
}

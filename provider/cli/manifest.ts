import { without } from "../core/deployment";
import { isObject, type Json, type JsonObject } from "../core/manifest";
import type { Problem } from "../core/problem";
import { join, printValue } from "../core/spec/readers";

export const API_VERSION = "fluxcd.controlplane.io/v1";
export const KIND = "FluxInstance";

/** Far deeper than any field of a FluxInstance. */
const MAXIMUM_DEPTH = 32;

/** A field of the manifest with a rule of its own; what is wrong with it, if anything. */
interface Field {
  readonly path: readonly string[];
  readonly check: (value: Json | undefined) => string | undefined;
}

const expecting =
  (expected: string, fits: (value: Json) => boolean): Field["check"] =>
  (value) =>
    value === undefined || value === null || fits(value)
      ? undefined
      : `expected ${expected}, got ${printValue(value)}`;

/** Args that a manifest can't have. */
const ONLY_ARGS = [
  "adopt",
  "deleteNamespace",
  "deletionPolicy",
  "timeout",
  "distribution.artifactCredentials",
  "distribution.caCertificate",
  "distribution.insecure",
  "distribution.offline",
  "distribution.updatePolicy",
  "distribution.verify",
  "storage.allowReplace",
  "sync.deletionPolicy",
].map((path): Field => ({
  path: ["spec", ...path.split(".")],
  check: (value) =>
    value === undefined
      ? undefined
      : `is no field of a ${KIND}; it is an arg of the Pulumi component only`,
}));

const FIELDS: readonly Field[] = [
  {
    path: ["apiVersion"],
    check: (value) =>
      value === API_VERSION ? undefined : `expected "${API_VERSION}", got ${printValue(value)}`,
  },
  { path: ["metadata"], check: expecting("an object", isObject) },
  {
    path: ["metadata", "name"],
    check: (value) =>
      value === undefined || value === null || value === "flux"
        ? undefined
        : `Flux Operator takes only the name "flux", got ${printValue(value)}; rename it, and use namespaces to tell instances apart`,
  },
  {
    path: ["spec"],
    check: (value) =>
      isObject(value)
        ? undefined
        : "is required: give at least spec.distribution.version, for example 2.9.x",
  },
  {
    path: ["spec", "namespace"],
    check: (value) =>
      value === undefined ? undefined : "is no field here; the namespace is metadata.namespace",
  },
  ...ONLY_ARGS,
];

const TOP_LEVEL = ["apiVersion", "kind", "metadata", "spec", "status"];

/** True for a document that says it is a FluxInstance, of whichever version. */
export function isFluxInstance(document: Json): document is JsonObject {
  return isObject(document) && document["kind"] === KIND;
}

/** What a manifest says as args, and what is wrong with its fields that are no args. */
export interface Translation {
  readonly args: JsonObject;
  readonly problems: readonly Problem[];
}

/** Translates a FluxInstance manifest to args: `spec` one to one, and the namespace. */
export function toArgs(manifest: JsonObject): Translation {
  const unusable = unusableTexts(manifest, "", 0);
  if (unusable.length > 0) return { args: {}, problems: unusable };
  const { spec } = manifest;
  const namespace = valueAt(manifest, ["metadata", "namespace"]);
  const args = isObject(spec) ? without(spec, "namespace") : {};
  return {
    args: { ...(namespace === undefined ? {} : { namespace }), ...args },
    problems: [
      ...unknownFields(manifest),
      ...FIELDS.flatMap((field) => problemOf(manifest, field)),
    ],
  };
}

/** Where a property of the args is in the manifest. */
export function pathInManifest(path: string): string {
  if (path === "namespace") return "metadata.namespace";
  return path === "" ? "spec" : `spec.${path}`;
}

function unknownFields(manifest: JsonObject): readonly Problem[] {
  return Object.keys(manifest)
    .filter((key) => !TOP_LEVEL.includes(key))
    .map((key) => ({
      path: join("", key),
      reason: `is no field of a ${KIND}; known are ${TOP_LEVEL.join(", ")}`,
    }));
}

function problemOf(manifest: JsonObject, { path, check }: Field): readonly Problem[] {
  const reason = check(valueAt(manifest, path));
  return reason === undefined ? [] : [{ path: path.join("."), reason }];
}

/** NUL frames the tokens of opaque values, and neither it nor half a character can be in a Kubernetes string. */
function unusableTexts(value: Json | undefined, path: string, depth: number): readonly Problem[] {
  if (depth > MAXIMUM_DEPTH) return [{ path, reason: "is nested too deeply" }];
  if (Array.isArray(value)) {
    return value.flatMap((item: Json, index) =>
      unusableTexts(item, `${path}[${index}]`, depth + 1),
    );
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, entry]) => [
      ...unusableTexts(key, join(path, key), depth + 1),
      ...unusableTexts(entry, join(path, key), depth + 1),
    ]);
  }
  return typeof value === "string" && /[\0\p{Cs}]/u.test(value)
    ? [{ path, reason: "holds a NUL or half a character, which Kubernetes can't; remove it" }]
    : [];
}

function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (current, key) => (isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined),
    value,
  );
}

import { isObject, type Json, type JsonObject, type Manifest, printId } from "../manifest";
import { type Draft, type Patch, remembered } from "./draft";
import { locate, PatchError, printTarget } from "./error";
import { applyJsonPatch, type Operation, readOperations } from "./json-patch";
import { isList, valueAt } from "./record";
import { mergeStrategic } from "./strategic-merge";
import { compileTarget, isNamedBy } from "./target";
import { parsePatchText } from "./yaml";

/**
 * Applies `kustomize.patches` in their order, as kustomize does.
 * Throws a PatchError that says which patch failed, on which object and where.
 */
export function applyPatches<D extends Draft>(
  drafts: readonly D[],
  patches: readonly Patch[],
): readonly D[] {
  return patches.reduce((current, patch, index) => {
    const target = patch.target === undefined ? {} : { target: printTarget(patch.target) };
    return within({ index, ...target }, () => applyPatch(current, patch));
  }, drafts);
}

/** Applies one patch; the PatchError says on which object and where, not which patch. */
export function applyPatch<D extends Draft>(
  drafts: readonly D[],
  { patch, target }: Patch,
): readonly D[] {
  if (patch.trim() === "") throw new PatchError({ reason: "the patch is empty" });
  const isSelected = target === undefined ? undefined : compileTarget(target);
  const documents = parsePatchText(patch, isSelected !== undefined);
  const [first, ...others] = documents;
  if (isList(first)) {
    if (others.length > 0) {
      throw new PatchError({ reason: "a JSON patch is one document; write the others as patches" });
    }
    return applyOperations(drafts, readOperations(first), isSelected);
  }
  const objects = documents.filter(isNotEmpty).map(requireObject);
  if (isSelected === undefined)
    return objects.reduce((current, change) => mergeNamed(current, change), drafts);
  const [change, ...more] = objects;
  if (more.length > 0) {
    throw new PatchError({
      reason: `a patch with a target is one document, and this one has ${String(objects.length)}`,
    });
  }
  return change === undefined ? drafts : mergeInto(drafts, withoutNullMaps(change), isSelected);
}

/** With a target kustomize takes labels and annotations that are null for none: nothing is removed. */
function withoutNullMaps(change: Manifest): JsonObject {
  const { metadata } = change;
  const kept = Object.entries(metadata).filter(
    ([key, value]) => value !== null || (key !== "labels" && key !== "annotations"),
  );
  return { ...change, metadata: Object.fromEntries(kept) };
}

function applyOperations<D extends Draft>(
  drafts: readonly D[],
  operations: readonly Operation[],
  isSelected: ((draft: Draft) => boolean) | undefined,
): readonly D[] {
  if (isSelected === undefined) {
    throw new PatchError({
      reason: "a JSON patch needs a target; add for example target: {kind: Deployment}",
    });
  }
  return drafts.map((draft) => {
    if (!isSelected(draft)) return draft;
    const { manifest } = draft;
    return within({ id: printId(manifest) }, () => {
      const patched = applyJsonPatch(withAnnotations(manifest), operations);
      return { ...remembered(draft), manifest: requireManifest(patched) };
    });
  });
}

/** A strategic merge patch without target means exactly one object. */
function mergeNamed<D extends Draft>(drafts: readonly D[], change: Manifest): readonly D[] {
  const named = drafts.filter((draft) => isNamedBy(change, draft));
  if (named.length === 1) return mergeInto(drafts, change, (draft) => draft === named[0]);
  const found = named.map(({ manifest }) => printId(manifest)).join(", ");
  const reason =
    named.length === 0
      ? "no object has this apiVersion, kind, name and namespace; use a target"
      : `it means more than one object (${found}); use a target`;
  throw new PatchError({ id: printId(change), reason });
}

function mergeInto<D extends Draft>(
  drafts: readonly D[],
  change: JsonObject,
  isSelected: (draft: Draft) => boolean,
): readonly D[] {
  return drafts.flatMap((draft) => {
    if (!isSelected(draft)) return [draft];
    const { manifest } = draft;
    return within({ id: printId(manifest) }, () => {
      const merged = mergeStrategic(manifest, change);
      return merged === undefined ? [] : [{ ...draft, manifest: requireManifest(merged) }];
    });
  });
}

/** While it patches, kustomize keeps annotations of its own, so the map is always there. */
function withAnnotations(manifest: Manifest): Manifest {
  const annotations = manifest.metadata.annotations ?? {};
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function isNotEmpty(document: Json): boolean {
  return !isObject(document) || Object.keys(document).length > 0;
}

/** A document of a strategic merge patch names its kind and an object, whatever the target is. */
function requireObject(document: Json): Manifest {
  if (!isObject(document)) {
    throw new PatchError({
      reason: "a patch is a map (strategic merge) or a list of operations (JSON 6902)",
    });
  }
  const metadata = valueAt(document, "metadata");
  const name = isObject(metadata) ? valueAt(metadata, "name") : undefined;
  if (!isText(valueAt(document, "kind")) || !isText(name)) {
    throw new PatchError({ reason: "a strategic merge patch needs kind and metadata.name" });
  }
  const apiVersion = valueAt(document, "apiVersion");
  return { ...document, apiVersion: isText(apiVersion) ? apiVersion : "" } as unknown as Manifest;
}

/** Checks that a patch left an object that can be applied. */
function requireManifest(value: Json): Manifest {
  const metadata = isObject(value) ? valueAt(value, "metadata") : undefined;
  if (!isObject(value) || !isObject(metadata)) throw invalid("metadata");
  if (!isText(valueAt(value, "apiVersion"))) throw invalid("apiVersion");
  if (!isText(valueAt(value, "kind"))) throw invalid("kind");
  if (!isText(valueAt(metadata, "name"))) throw invalid("metadata.name");
  const namespace = valueAt(metadata, "namespace");
  if (namespace !== undefined && !isText(namespace)) throw invalid("metadata.namespace");
  const { labels, annotations, ...rest } = metadata;
  const texts = { ...textMap("labels", labels), ...textMap("annotations", annotations) };
  return { ...value, metadata: { ...rest, ...texts } } as Manifest;
}

/** Labels or annotations as texts; an empty map is left out. */
function textMap(field: string, map: Json | undefined): JsonObject {
  if (map === undefined || map === null) return {};
  if (!isObject(map)) throw invalid(`metadata.${field}`);
  const entries = Object.entries(map).map(([key, value]) => {
    if (typeof value === "object" && value !== null) throw invalid(`metadata.${field}`);
    return [key, String(value)] as const;
  });
  return entries.length === 0 ? {} : { [field]: Object.fromEntries(entries) };
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function invalid(field: string): PatchError {
  return new PatchError({ reason: `the patch leaves the object without a valid ${field}` });
}

function within<T>(place: Parameters<typeof locate>[1], step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw error instanceof PatchError ? locate(error, place) : error;
  }
}
